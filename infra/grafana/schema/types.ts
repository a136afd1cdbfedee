// The types that `cargo xtask test` checks the generated dashboards against.

import type { AnnotationQuery as NewAnnotation, Dashboard as NewDashboard } from "@grafana/schema";
import type { AnnotationQuery as OldAnnotation, Dashboard as OldDashboard } from "grafana-schema-11";
import type { Options as HeatmapOptions } from "@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen";
import type { Options as StatOptions } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type { Options as StateTimelineOptions } from "@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen";
import type { Options as TableOptions } from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type { Options as TimeSeriesOptions } from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

// In JSON, an enumeration is a string.
type Json<T> = T extends string
  ? `${T}`
  : T extends (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

// The published types leave out what a data source adds to an annotation.
type PrometheusAnnotation = { expr?: string; step?: string; titleFormat?: string; textFormat?: string; tagKeys?: string };

type WithAnnotations<D, A> = Omit<D, "annotations"> & { annotations: { list: (A & PrometheusAnnotation)[] } };

export type Grafana11 = WithAnnotations<Json<OldDashboard>, Json<OldAnnotation>>;
export type NewestGrafana = WithAnnotations<Json<NewDashboard>, Json<NewAnnotation>>;

export type Options = {
  timeseries: Json<TimeSeriesOptions>;
  stat: Json<StatOptions>;
  "state-timeline": Json<StateTimelineOptions>;
  heatmap: Partial<Json<HeatmapOptions>>;
  table: Partial<Json<TableOptions>>;
};
