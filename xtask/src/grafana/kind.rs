use serde_json::{Value, json};

/// How a panel draws its series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lines over time.
    Lines,
    /// Stacked areas over time.
    Stack,
    /// The current value.
    Stat,
    /// Up or down over time, one bar for each series.
    States,
    /// The distribution of a histogram over time.
    Heatmap,
    /// The current labels and values as rows.
    Table,
}

/// Unit of the values, as Grafana names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Plain numbers.
    Number,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A share from 0 to 1.
    Share,
    /// Operations per second.
    PerSecond,
}

impl Kind {
    pub(super) const fn plugin(self) -> &'static str {
        match self {
            Self::Lines | Self::Stack => "timeseries",
            Self::Stat => "stat",
            Self::States => "state-timeline",
            Self::Heatmap => "heatmap",
            Self::Table => "table",
        }
    }

    pub(super) const fn format(self) -> &'static str {
        match self {
            Self::Heatmap => "heatmap",
            Self::Table => "table",
            _ => "time_series",
        }
    }

    pub(super) fn options(self) -> Value {
        let reduce = json!({"calcs": ["lastNotNull"], "fields": "", "values": false});
        match self {
            Self::Lines | Self::Stack => json!({
                "legend": {"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []},
                "tooltip": {"mode": "multi", "sort": "desc"},
            }),
            Self::Stat => json!({
                "reduceOptions": reduce,
                "colorMode": "value",
                "graphMode": "none",
                "justifyMode": "auto",
                "orientation": "auto",
                "textMode": "auto",
                "wideLayout": true,
            }),
            Self::States => json!({
                "legend": {"displayMode": "list", "placement": "bottom", "showLegend": false, "calcs": []},
                "mergeValues": true,
                "rowHeight": 0.8,
                "showValue": "never",
                "tooltip": {"mode": "single", "sort": "none"},
            }),
            Self::Heatmap => json!({
                "calculate": false,
                "cellGap": 1,
                "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64, "fill": "dark-orange", "exponent": 0.5, "reverse": false, "scale": "exponential"},
                "exemplars": {"color": "rgba(255,0,255,0.7)"},
                "filterValues": {"le": 1e-9},
                "legend": {"show": true},
                "rowsFrame": {"layout": "auto"},
                "tooltip": {"mode": "single", "showColorScale": false, "yHistogram": false},
                "yAxis": {"axisPlacement": "left", "reverse": false, "unit": "s"},
            }),
            Self::Table => json!({
                "cellHeight": "sm",
                "footer": {"show": false, "reducer": ["sum"], "countRows": false, "fields": ""},
                "showHeader": true,
            }),
        }
    }

    pub(super) fn custom(self, has_threshold: bool) -> Value {
        let line = if has_threshold { "dashed" } else { "off" };
        let (fill, stacking) = match self {
            Self::Stack => (40, "normal"),
            _ => (8, "none"),
        };
        match self {
            Self::Lines | Self::Stack => json!({
                "drawStyle": "line",
                "lineInterpolation": "linear",
                "lineWidth": 1,
                "fillOpacity": fill,
                "showPoints": "never",
                "spanNulls": false,
                "stacking": {"mode": stacking, "group": "A"},
                "thresholdsStyle": {"mode": line},
            }),
            Self::States => json!({"fillOpacity": 70, "lineWidth": 0}),
            Self::Table => {
                json!({"align": "auto", "cellOptions": {"type": "auto"}, "inspect": false})
            }
            Self::Stat | Self::Heatmap => json!({}),
        }
    }
}

impl Unit {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Number => "short",
            Self::Seconds => "s",
            Self::Bytes => "bytes",
            Self::Share => "percentunit",
            Self::PerSecond => "ops",
        }
    }
}
