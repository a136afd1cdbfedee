//! Converts the parser's syntax tree to one that contains the supported subset only.

use promql_parser::label::{MatchOp, Matcher as ParsedMatcher};
use promql_parser::parser::{
    AggregateExpr, BinModifier, BinaryExpr, Call, Expr, LabelModifier, MatrixSelector,
    VectorMatchCardinality, VectorSelector,
};

use crate::ast::{
    Aggregation, Arithmetic, Comparison, Grouping, MatchedLabels, Matching, Operator,
    RangeFunction, Scalar, Selector, SetOperation, Vector,
};
use crate::matcher::{self, Condition, Matcher};
use crate::{Labels, METRIC_NAME, ParseError};

/// An expression of either type.
#[derive(Debug, Clone)]
pub(crate) enum Compiled {
    Scalar(Scalar),
    Vector(Vector),
}

fn unsupported<T>(what: impl Into<String>) -> Result<T, ParseError> {
    Err(ParseError::Unsupported(what.into()))
}

/// Checks that an expression is in the supported subset.
pub(crate) fn compile(expression: &Expr) -> Result<Compiled, ParseError> {
    Ok(match expression {
        Expr::Paren(inner) => return compile(&inner.expr),
        Expr::NumberLiteral(literal) => Compiled::Scalar(Scalar::Number(literal.val)),
        Expr::VectorSelector(selected) => Compiled::Vector(Vector::Select(selector(selected)?)),
        Expr::Unary(unary) => match compile(&unary.expr)? {
            Compiled::Scalar(operand) => Compiled::Scalar(Scalar::Negate(Box::new(operand))),
            Compiled::Vector(operand) => Compiled::Vector(Vector::Negate(Box::new(operand))),
        },
        Expr::Call(call) => return compile_call(call),
        Expr::Aggregate(aggregate) => Compiled::Vector(compile_aggregate(aggregate)?),
        Expr::Binary(binary) => return compile_binary(binary),
        Expr::Subquery(_) => return unsupported("a subquery"),
        Expr::MatrixSelector(_) => {
            return unsupported("a range selector that is not the argument of a function");
        }
        Expr::StringLiteral(_) => return unsupported("a string"),
        Expr::Extension(_) => return unsupported("an extension"),
    })
}

fn vector(expression: &Expr) -> Result<Vector, ParseError> {
    match compile(expression)? {
        Compiled::Vector(vector) => Ok(vector),
        Compiled::Scalar(_) => Err(ParseError::Syntax(format!(
            "`{expression}` is a scalar, where a vector is required"
        ))),
    }
}

fn scalar(expression: &Expr) -> Result<Scalar, ParseError> {
    match compile(expression)? {
        Compiled::Scalar(scalar) => Ok(scalar),
        Compiled::Vector(_) => Err(ParseError::Syntax(format!(
            "`{expression}` is a vector, where a scalar is required"
        ))),
    }
}

fn compile_call(call: &Call) -> Result<Compiled, ParseError> {
    let name = call.func.name;
    if let Some(function) = range_function(name) {
        return Ok(Compiled::Vector(compile_range(function, call)?));
    }
    let argument = |index: usize| {
        let argument = call.args.args.get(index);
        argument.ok_or_else(|| ParseError::Syntax(format!("`{name}` lacks an argument")))
    };
    Ok(Compiled::Vector(match name {
        "time" => return Ok(Compiled::Scalar(Scalar::Time)),
        "vector" => Vector::FromScalar(scalar(argument(0)?)?),
        "absent" => Vector::Absent {
            operand: Box::new(vector(argument(0)?)?),
            labels: labels_when_absent(argument(0)?),
        },
        "histogram_quantile" => Vector::HistogramQuantile {
            quantile: scalar(argument(0)?)?,
            buckets: Box::new(vector(argument(1)?)?),
        },
        "clamp_min" => Vector::ClampMin {
            operand: Box::new(vector(argument(0)?)?),
            minimum: scalar(argument(1)?)?,
        },
        _ => return unsupported(format!("the function `{name}`")),
    }))
}

fn range_function(name: &str) -> Option<RangeFunction> {
    Some(match name {
        "rate" => RangeFunction::Rate,
        "increase" => RangeFunction::Increase,
        "delta" => RangeFunction::Delta,
        "changes" => RangeFunction::Changes,
        "resets" => RangeFunction::Resets,
        "max_over_time" => RangeFunction::Max,
        "min_over_time" => RangeFunction::Min,
        "avg_over_time" => RangeFunction::Average,
        "sum_over_time" => RangeFunction::Sum,
        "count_over_time" => RangeFunction::Count,
        _ => return None,
    })
}

fn compile_range(function: RangeFunction, call: &Call) -> Result<Vector, ParseError> {
    let mut argument = call.args.args.first().map(|argument| &**argument);
    while let Some(Expr::Paren(inner)) = argument {
        argument = Some(&inner.expr);
    }
    match argument {
        Some(Expr::MatrixSelector(MatrixSelector { vs, range })) => Ok(Vector::Range {
            function,
            selector: selector(vs)?,
            range_ms: i64::try_from(range.as_millis())
                .or_else(|_| unsupported("a range of that length"))?,
        }),
        Some(Expr::Subquery(_)) => unsupported("a subquery"),
        _ => unsupported("this argument of a function over a range"),
    }
}

/// Returns the labels that the selector requires, as those of the sample that `absent` creates.
fn labels_when_absent(mut argument: &Expr) -> Labels {
    while let Expr::Paren(inner) = argument {
        argument = &inner.expr;
    }
    let Expr::VectorSelector(selected) = argument else {
        return Labels::empty();
    };
    let matchers = &selected.matchers.matchers;
    let single = |name: &str| matchers.iter().filter(|other| other.name == name).count() == 1;
    let required = matchers.iter().filter(|matcher| {
        matcher.op == MatchOp::Equal && matcher.name != METRIC_NAME && single(&matcher.name)
    });
    Labels::new(required.map(|matcher| (matcher.name.as_str(), matcher.value.as_str())))
}

fn selector(selected: &VectorSelector) -> Result<Selector, ParseError> {
    if selected.offset.is_some() {
        return unsupported("`offset`");
    }
    if selected.at.is_some() {
        return unsupported("`@`");
    }
    if !selected.matchers.or_matchers.is_empty() {
        return unsupported("`or` between matchers");
    }
    let parsed = &selected.matchers.matchers;
    let name = parsed
        .iter()
        .find(|matcher| matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal);
    let metric = selected
        .name
        .clone()
        .or_else(|| name.map(|matcher| matcher.value.clone()));
    Ok(Selector {
        metric: metric.ok_or_else(|| ParseError::UnnamedMetric(selected.to_string()))?,
        matchers: parsed
            .iter()
            .map(compile_matcher)
            .collect::<Result<_, _>>()?,
    })
}

fn compile_matcher(parsed: &ParsedMatcher) -> Result<Matcher, ParseError> {
    let pattern =
        || matcher::compile(&parsed.value).map_err(|_| ParseError::Pattern(parsed.value.clone()));
    Ok(Matcher {
        label: parsed.name.clone(),
        condition: match parsed.op {
            MatchOp::Equal => Condition::Equal(parsed.value.clone()),
            MatchOp::NotEqual => Condition::NotEqual(parsed.value.clone()),
            MatchOp::Re(_) => Condition::Matches(pattern()?),
            MatchOp::NotRe(_) => Condition::DoesNotMatch(pattern()?),
        },
    })
}

fn compile_aggregate(parsed: &AggregateExpr) -> Result<Vector, ParseError> {
    let aggregation = match parsed.op.to_string().as_str() {
        "sum" => Aggregation::Sum,
        "max" => Aggregation::Max,
        "min" => Aggregation::Min,
        "avg" => Aggregation::Average,
        "count" => Aggregation::Count,
        other => return unsupported(format!("the aggregation `{other}`")),
    };
    let grouping = match &parsed.modifier {
        None => Grouping::By(Vec::new()),
        Some(LabelModifier::Include(names)) => Grouping::By(names.labels.clone()),
        Some(LabelModifier::Exclude(names)) => Grouping::Without(names.labels.clone()),
    };
    Ok(Vector::Aggregate {
        aggregation,
        grouping,
        operand: Box::new(vector(&parsed.expr)?),
    })
}

/// An operator with two operands.
enum Infix {
    Arithmetic(Arithmetic),
    Comparison(Comparison),
    Set(SetOperation),
}

fn infix(symbol: &str) -> Result<Infix, ParseError> {
    Ok(match symbol {
        "+" => Infix::Arithmetic(Arithmetic::Add),
        "-" => Infix::Arithmetic(Arithmetic::Subtract),
        "*" => Infix::Arithmetic(Arithmetic::Multiply),
        "/" => Infix::Arithmetic(Arithmetic::Divide),
        "==" => Infix::Comparison(Comparison::Equal),
        "!=" => Infix::Comparison(Comparison::NotEqual),
        "<" => Infix::Comparison(Comparison::Less),
        "<=" => Infix::Comparison(Comparison::LessOrEqual),
        ">" => Infix::Comparison(Comparison::Greater),
        ">=" => Infix::Comparison(Comparison::GreaterOrEqual),
        "and" => Infix::Set(SetOperation::And),
        "or" => Infix::Set(SetOperation::Or),
        "unless" => Infix::Set(SetOperation::Unless),
        other => return unsupported(format!("the operator `{other}`")),
    })
}

fn compile_binary(parsed: &BinaryExpr) -> Result<Compiled, ParseError> {
    let infix = infix(&parsed.op.to_string())?;
    if let Infix::Set(operation) = infix {
        return Ok(Compiled::Vector(Vector::Set {
            operation,
            left: Box::new(vector(&parsed.lhs)?),
            right: Box::new(vector(&parsed.rhs)?),
            matched: matching(parsed.modifier.as_ref())?.labels,
        }));
    }
    let (left, right) = (compile(&parsed.lhs)?, compile(&parsed.rhs)?);
    let operator = match infix {
        Infix::Arithmetic(arithmetic) => Operator::Arithmetic(arithmetic),
        Infix::Comparison(comparison) if parsed.return_bool() => Operator::Bool(comparison),
        Infix::Comparison(comparison) => Operator::Filter(comparison),
        Infix::Set(_) => return unsupported("this operator"),
    };
    Ok(match (left, right) {
        (Compiled::Scalar(left), Compiled::Scalar(right)) => {
            Compiled::Scalar(of_scalars(operator, left, right))
        }
        (Compiled::Vector(vector), Compiled::Scalar(scalar)) => {
            Compiled::Vector(with_scalar(operator, vector, scalar, false))
        }
        (Compiled::Scalar(scalar), Compiled::Vector(vector)) => {
            Compiled::Vector(with_scalar(operator, vector, scalar, true))
        }
        (Compiled::Vector(left), Compiled::Vector(right)) => Compiled::Vector(Vector::Join {
            operator,
            left: Box::new(left),
            right: Box::new(right),
            matching: matching(parsed.modifier.as_ref())?,
        }),
    })
}

/// The parser rejects a filter between scalars.
fn of_scalars(operator: Operator, left: Scalar, right: Scalar) -> Scalar {
    let (left, right) = (Box::new(left), Box::new(right));
    match operator {
        Operator::Arithmetic(arithmetic) => Scalar::Arithmetic(arithmetic, left, right),
        Operator::Bool(comparison) | Operator::Filter(comparison) => {
            Scalar::Compare(comparison, left, right)
        }
    }
}

fn with_scalar(operator: Operator, vector: Vector, scalar: Scalar, scalar_first: bool) -> Vector {
    Vector::WithScalar {
        operator,
        vector: Box::new(vector),
        scalar,
        scalar_first,
    }
}

fn matching(modifier: Option<&BinModifier>) -> Result<Matching, ParseError> {
    let Some(modifier) = modifier else {
        return Ok(Matching {
            labels: MatchedLabels::Ignoring(Vec::new()),
            group_left: None,
        });
    };
    if modifier.fill_values.lhs.is_some() || modifier.fill_values.rhs.is_some() {
        return unsupported("`fill`");
    }
    let labels = match &modifier.matching {
        None => MatchedLabels::Ignoring(Vec::new()),
        Some(LabelModifier::Include(names)) => MatchedLabels::On(names.labels.clone()),
        Some(LabelModifier::Exclude(names)) => MatchedLabels::Ignoring(names.labels.clone()),
    };
    let group_left = match &modifier.card {
        VectorMatchCardinality::ManyToOne(copied) => Some(copied.labels.clone()),
        VectorMatchCardinality::OneToMany(_) => return unsupported("`group_right`"),
        VectorMatchCardinality::OneToOne | VectorMatchCardinality::ManyToMany => None,
    };
    Ok(Matching { labels, group_left })
}
