//! Names of the attributes of spans: those of the OpenTelemetry semantic conventions, in the version of
//! [`SCHEMA_URL`], and the project's own.

pub use opentelemetry_semantic_conventions::SCHEMA_URL;
pub use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_TYPE, HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE,
    HTTP_ROUTE, MESSAGING_CLIENT_ID, MESSAGING_DESTINATION_NAME, MESSAGING_MESSAGE_BODY_SIZE,
    MESSAGING_MESSAGE_CONVERSATION_ID, MESSAGING_MESSAGE_ID, MESSAGING_OPERATION_NAME,
    MESSAGING_OPERATION_TYPE, MESSAGING_SYSTEM, SERVICE_INSTANCE_ID, SERVICE_NAME,
    SERVICE_NAMESPACE, SERVICE_VERSION, URL_PATH, URL_SCHEME,
};

/// The value of [`MESSAGING_SYSTEM`] and of [`SERVICE_NAMESPACE`].
pub const SYSTEM: &str = "odd-dashboard";

/// The job's id.
pub const JOB_ID: &str = "observatory.job.id";
/// The job's type.
pub const JOB_TYPE: &str = "observatory.job.type";
/// The number of the attempt, from 1.
pub const JOB_ATTEMPT: &str = "observatory.job.attempt";
/// The number of the run, from 1.
pub const JOB_RUN: &str = "observatory.job.run";
/// The status of the job after the operation.
pub const JOB_STATUS: &str = "observatory.job.status";
/// The correlation id of the request.
pub const CORRELATION_ID: &str = "observatory.correlation.id";
