use std::sync::Arc;

use axum::extract::{Path, State};
use odd_contracts::schema::Schemas;
use odd_contracts::{DrillFaults, DrillRequest, FieldError};

use crate::drills::{DrillRefusal, Drills};
use crate::{
    Access, CallerName, Json, JsonBody, ProblemCode, ProblemResponse, Route, Routes, ServiceInfo,
    parse_json,
};

const FAULTS: &str = "/drills";
const FAULT: &str = "/drills/{fault}";
const MAX_BODY_BYTES: usize = 4 * 1024;

/// Returns `true` for the paths of these routes, which a fault that stops the HTTP interface leaves out.
pub(crate) fn is_of_drills(path: &str) -> bool {
    [FAULTS, FAULT].contains(&path)
}

/// The faults of a process.
#[derive(Clone)]
struct Process {
    drills: Drills,
    info: Arc<ServiceInfo>,
}

impl Process {
    fn report(&self) -> Json<DrillFaults> {
        Json(self.drills.report(&self.info.instance_id))
    }
}

/// Returns the routes that show, start and end the faults of a process.
pub(crate) fn drill_routes(drills: Drills, info: Arc<ServiceInfo>) -> Routes {
    let start = Route::put(FAULT, Access::Admin).max_body_bytes(MAX_BODY_BYTES);
    Routes::new()
        .add(Route::get(FAULTS, Access::Admin), get_drills)
        .add(start, start_fault)
        .add(Route::delete(FAULT, Access::Admin), end_fault)
        .with_state(Process { drills, info })
}

async fn get_drills(State(process): State<Process>) -> Json<DrillFaults> {
    process.report()
}

async fn start_fault(
    State(process): State<Process>,
    Path(fault): Path<String>,
    CallerName(by): CallerName,
    JsonBody(body): JsonBody,
) -> Result<Json<DrillFaults>, ProblemResponse> {
    // A request that would be refused anyway needs no valid body.
    process.drills.check(&fault).map_err(problem)?;
    let request = read_request(&body)?;
    process.drills.start(&fault, request, by).map_err(problem)?;
    Ok(process.report())
}

async fn end_fault(
    State(process): State<Process>,
    Path(fault): Path<String>,
    CallerName(by): CallerName,
) -> Result<Json<DrillFaults>, ProblemResponse> {
    process.drills.end(&fault, &by).map_err(problem)?;
    Ok(process.report())
}

fn read_request(body: &[u8]) -> Result<DrillRequest, ProblemResponse> {
    let value = parse_json(body)?;
    let schema = Schemas::embedded().get("drill-request");
    let schema = schema.expect("the schemas of this build contain it");
    schema
        .validate(&value)
        .map_err(ProblemResponse::contract_violation)?;
    serde_json::from_value(value).map_err(|error| invalid("", error.to_string()))
}

fn invalid(pointer: &str, message: impl Into<String>) -> ProblemResponse {
    ProblemResponse::contract_violation(vec![FieldError {
        pointer: pointer.to_owned(),
        message: message.into(),
    }])
}

fn problem(refusal: DrillRefusal) -> ProblemResponse {
    match refusal {
        DrillRefusal::NotAllowed => ProblemResponse::new(
            ProblemCode::Forbidden,
            "this process was not started with drills allowed; start it with ODD_ALLOW_DRILLS=true or --allow-drills, \
             and never in a deployment that people depend on",
        ),
        DrillRefusal::UnknownFault(known) => {
            let known = match known.is_empty() {
                true => "none".to_owned(),
                false => known.join(", "),
            };
            let detail = format!("this process has no such fault; it has: {known}");
            ProblemResponse::new(ProblemCode::NotFound, detail)
        }
        DrillRefusal::NotOfOneJobType => {
            invalid("/jobType", "the fault cannot be limited to a job type")
        }
    }
}
