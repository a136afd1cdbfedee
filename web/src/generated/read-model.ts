// Generated from contracts/openapi/read-model.json by `npm run generate`; do not edit.

export interface paths {
    "/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Active alerts
         * @description From the rules of the metrics-engine in the embedded deployment, from Alertmanager otherwise. If the source fails, the request does not: source reports the failure, and the last known alerts remain in the list.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge an alert
         * @description Records who works on the alert until it ends. Alertmanager has no acknowledgements: 409. Roles: operate, admin.
         */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/silence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Silence an alert
         * @description Suppresses its notifications until a time, even if the alert ends and fires again meanwhile; a silenced alert has the state suppressed. A second command replaces the end of the silence. Without Alertmanager, at most 1,000 alerts can be silenced; more are refused with 409. Roles: operate, admin.
         */
        post: operations["silenceAlert"];
        /**
         * End the silence of an alert
         * @description Without Alertmanager, the alert may have ended. Roles: operate, admin.
         */
        delete: operations["unsilenceAlert"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alerts that have ended
         * @description The latest end first. silencedUntil is the end of a silence that still applies, should the alert fire again. Alertmanager keeps no history: with it, the list is empty, and source reports that.
         */
        get: operations["listAlertHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API browser
         * @description Redirects to /docs/.
         */
        get: operations["openDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API browser
         * @description Swagger UI, served from the binary.
         */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of the API browser
         * @description Script, style or image.
         */
        get: operations["getDocsFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Faults that this process can have in a drill
         * @description Whether drills are allowed, the supported faults, and the active ones with their remaining time. Role: admin.
         */
        get: operations["getDrills"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drills/{fault}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Start or extend a fault
         * @description Breaks this process on purpose. The fault ends by itself after the given time; a repeated request, also of another caller, replaces the end and the job type. 403 if the process was not started with drills allowed. Role: admin.
         */
        put: operations["startFault"];
        post?: never;
        /**
         * End a fault
         * @description Has no effect on a fault that is not active. 403 if the process was not started with drills allowed. Role: admin.
         */
        delete: operations["endFault"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events, newest first
         * @description Read from the authoritative history.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events as they happen
         * @description Server-sent events without end. The first message has no data and carries the start of the stream in its id; then each event is one message with the position in id, the event type in event, and the envelope in data. A comment with an id follows whenever 15 seconds passed without an event. Without Last-Event-ID the stream starts at the present; with it, right after that event, without gap or repeat. Where retention has removed events since, a message gap with the positions `first` and `last` of the removed entries is sent before the stream continues. The stream ends when the service stops; connect again with the last id.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/explain/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why a job has its status
         * @description In plain sentences, with possible actions.
         */
        get: operations["explainJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Failures by kind, the latest first
         * @description Failed attempts and failed jobs, grouped by fingerprint: type, reason, and message without its variable parts. Groups cover the last seven days of the history that retention keeps; of each hour, the first 100 kinds are recorded. The answer may be a few seconds old, as `asOf` says.
         */
        get: operations["listFailures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/failures/{fingerprint}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One kind of failure
         * @description One group of GET /failures. 404 if no such failure is in the history.
         */
        get: operations["getFailure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the whole system, and what to do
         * @description Combines the health of the services and the firing alerts. A cause without an alert is known since this role first found it.
         */
        get: operations["getHealthSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process is alive
         * @description Needs no token.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether every accepted job is accounted for
         * @description Compares the history, the rows of jobs and the views at one position of the log. Computed at most once a second, and less often for many jobs; asOf tells when. 503 while the views are too far behind to compare.
         */
        get: operations["getIntegrity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs, newest first
         * @description Read from the authoritative store with keyset pagination; there is no count of everything. Filters are combined with and. To exclude a status, name the other ones.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a job with its attempts
         * @description With payload, result and the newest 100 attempts. An attempt has the number of its log lines; GET /jobs/{id}/attempts/{attempt}/log returns them.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/attempts/{attempt}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One attempt's log
         * @description The lines that one attempt logged, newest first unless sort says otherwise. An attempt keeps up to 1,000 lines: of a longer log the first 500 and the last ones, with a line in between that contains the number of omitted ones. Lines after the first 500 are added when the attempt has ended.
         */
        get: operations["listAttemptLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job's history
         * @description Every event of the job in version order, up to the first 10,000.
         */
        get: operations["listJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The newest jobs
         * @description The first page of /jobs; its cursor continues there.
         */
        get: operations["listRecentJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description In the OpenMetrics 1.0 text format, with units and exemplars, if `Accept` prefers `application/openmetrics-text`; otherwise in the Prometheus text format 0.0.4. Roles: read, operate, admin.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The most important figures
         * @description Rates and percentiles, overall and by type.
         */
        get: operations["getMetricsSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description OpenAPI 3.1.
         */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the system at a glance
         * @description Counts, rates, durations, the busiest 50 queues, the ten newest jobs and the firing alerts, in one response.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Queues and their depth
         * @description Every queue that holds jobs, by name, at most 1,000.
         */
        get: operations["listQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queues/{name}/scale": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Load of a queue, for autoscalers
         * @description Numbers by which an autoscaler sets the number of processors, for example the scaler metrics-api of KEDA. A queue without jobs has zeros: queues exist by their jobs. 404 if no queue can have the name.
         */
        get: operations["getQueueScale"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the dependencies are usable
         * @description Needs no token.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The services and their health
         * @description Probes each configured service, at most every two seconds.
         */
        get: operations["listServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Number of jobs in each group of statuses
         * @description Read from the views, which follow the store with a short delay. ageMs is the age of the counts; waitMs waits for the views to include every event that was committed before the request.
         */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/timeseries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One metric over time
         * @description Aggregated from buckets of ten seconds. The metrics of queues are sampled by the read-model every ten seconds and kept in memory: they begin when it starts.
         */
        get: operations["getTimeseries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures by job type
         * @description Counts, rates and percentiles of each type over a window, the busiest first.
         */
        get: operations["listTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/types/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job type
         * @description Figures, distribution of durations, failures and versions of one type over a window, with its current jobs by status and the schema of its payload. 404 if no job of the type is known and it is not built in.
         */
        get: operations["getType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ui-registry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user interfaces that can be opened
         * @description The configured registry, or the built-in one if there is none or it is invalid: the interfaces that the deployment has, at the URLs that its operator has set.
         */
        get: operations["getUiRegistry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The workers and what they run
         * @description Every processor that reported within the last day, by id, at most 1,000. A processor reports every five seconds, and removes itself when it ends.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Alert
         * @description A condition that an operator should check.
         */
        alert: {
            /** @description Who works on the alert. */
            acknowledgement?: {
                /** @description Time of the acknowledgement. */
                at: components["schemas"]["timestamp"];
                /** @description Name of the token, or anonymous. */
                by: string;
            };
            /** @description What to do first. */
            action?: string;
            /** @description Start of the condition, which may be earlier than startsAt. Absent if the source is Alertmanager, which does not know it. */
            activeAt?: components["schemas"]["timestamp"];
            /**
             * Format: uri-reference
             * @description Link to the dashboard that shows the condition.
             */
            dashboardUrl?: string;
            /** @description Details, if there are any. */
            description?: string;
            /** @description End of the condition; absent while it lasts. */
            endsAt?: components["schemas"]["timestamp"];
            /** @description Stable over the life of the condition. */
            id: string;
            /** @description Ids of the alerts that inhibit this one: Alertmanager sends no notifications while they fire. */
            inhibitedBy?: string[];
            /**
             * Format: uri-reference
             * @description Link to the jobs that the alert is about.
             */
            jobsUrl?: string;
            /** @description The rule's labels. */
            labels?: {
                [key: string]: string;
            };
            /** @description The rule's name. */
            name: string;
            /**
             * Format: uri-reference
             * @description Link to instructions.
             */
            runbookUrl?: string;
            /**
             * @description Severity of the alert.
             * @enum {string}
             */
            severity: "info" | "warning" | "critical";
            /** @description End of the silence, if the alert is silenced and the end is known. */
            silencedUntil?: components["schemas"]["timestamp"];
            /** @description When the alert began to fire, as in Alertmanager; for a pending alert, the start of its condition. */
            startsAt: components["schemas"]["timestamp"];
            /**
             * @description pending: the condition holds, but not for long enough. firing: it needs attention. suppressed: it fires, but is silenced, or inhibited by another alert. resolved: the condition has ended.
             * @enum {string}
             */
            state: "pending" | "firing" | "resolved" | "suppressed";
            /** @description The condition in one sentence. */
            summary: string;
        };
        /** @description Alerts that have ended, and their source. */
        AlertHistory: {
            /** @description The latest end first. */
            alerts: components["schemas"]["alert"][];
            source: components["schemas"]["AlertSource"];
        };
        /** @description The active alerts and their source. */
        AlertList: {
            /** @description Most urgent first. */
            alerts: components["schemas"]["alert"][];
            source: components["schemas"]["AlertSource"];
        };
        /** @description The state of the source of alerts. */
        AlertSource: {
            /** @description When the source last gave the list. */
            asOf?: components["schemas"]["timestamp"];
            /** @description The error, if there is one. With the status ok: what is unknown about the alerts in the list. */
            detail?: string;
            /**
             * @description ok: the list is complete; detail says what is unknown about its alerts. stale: the list is as old as asOf says. unavailable: alerts may be missing. not_configured: there is no source.
             * @enum {string}
             */
            status: "ok" | "stale" | "unavailable" | "not_configured";
        };
        /** @description Number of an attempt; grows over the job's whole life. */
        attempt: number;
        /** @description A page of an attempt's log. */
        AttemptLog: {
            /** @description In the requested order. */
            lines: components["schemas"]["log-line"][];
            /** @description Send it as cursor to get the next page; absent on the last one. */
            nextCursor?: string;
        };
        /** @description A cause of the status. */
        Cause: {
            /**
             * @description Stable, for programs. Later versions add more.
             * @enum {string}
             */
            code: "waiting_for_time" | "backoff" | "no_worker_alive" | "no_worker_for_type" | "waiting_behind" | "workers_busy" | "ready" | "running" | "worker_silent" | "cancel_requested" | "dead_letter" | "completed" | "cancelled";
            /** @description The cause in one sentence. */
            detail: string;
            /** @description A possible action. */
            hint?: string;
            /** @description Start of the cause. */
            since?: components["schemas"]["timestamp"];
            /** @description Latest end of the cause. */
            until?: components["schemas"]["timestamp"];
        };
        /**
         * Format: uuid
         * @description Identifies everything that one request caused.
         */
        correlationId: string;
        /** @description The count. */
        count: number;
        /**
         * Drill faults
         * @description The faults that one process can have in a drill, and those that it has now.
         */
        "drill-faults": {
            /** @description Whether the process was started with drills allowed. */
            allowed: boolean;
            /** @description Every fault that the process supports, by name; empty if drills are not allowed. */
            faults: {
                /** @description The fault as it was started; absent while it is not active. */
                active?: {
                    /** @description The job type that the fault is limited to; absent for all. */
                    jobType?: components["schemas"]["jobType"];
                    /** @description Seconds until the fault ends by itself, rounded up. */
                    remainingSeconds: number;
                    /** @description Name of the token that started or extended it, or anonymous. */
                    startedBy: string;
                };
                /** @description Name of the fault. */
                name: string;
                /** @description Whether the fault can be limited to one job type. */
                takesJobType: boolean;
            }[];
            /** @description Identifies the process and role, so that a client notices when a URL leads to several. */
            instanceId: string;
        };
        /**
         * Drill request
         * @description The body of `PUT /drills/{fault}`.
         */
        "drill-request": {
            /** @description Limits the fault to one job type, if the fault can be limited. */
            jobType?: components["schemas"]["jobType"];
            /** @description Time after which the fault ends by itself, from now. */
            seconds: number;
        };
        /** @description Percentiles of a duration in milliseconds. */
        durations: {
            /** @description Number of measurements. */
            count: components["schemas"]["count"];
            /** @description 50th percentile; null if nothing was measured. */
            p50Ms: number | null;
            /** @description 95th percentile; null if nothing was measured. */
            p95Ms: number | null;
            /** @description 99th percentile; null if nothing was measured. */
            p99Ms: number | null;
        };
        /**
         * Format: uuid
         * @description Identifies one event; equal for every copy of it.
         */
        eventId: string;
        /** @description A page of events. */
        EventList: {
            /** @description Newest first; in version order for the history of one job. */
            events: components["schemas"]["frame"][];
            /** @description Send it as cursor to get the next page; absent on the last one. */
            nextCursor?: string;
        };
        /** @description One message with data, as a client of server-sent events sees it. */
        EventStreamMessage: {
            /** @description The envelope. */
            data: string;
            event: components["schemas"]["eventType"];
            /** @description Send it as Last-Event-ID to resume after this event. */
            id: string;
            /** @description Milliseconds to wait before connecting again; only in the first message, which has no data. */
            retry?: number;
        };
        /**
         * @description The event type; selects the schema of the payload.
         * @enum {string}
         */
        eventType: "job.created" | "job.due" | "job.validated" | "job.started" | "job.progressed" | "job.retrying" | "job.requeued" | "job.completed" | "job.failed" | "job.cancelled";
        /** @description Why a job has its status, for people. */
        Explanation: {
            /** @description Time of the explanation. */
            asOf: components["schemas"]["timestamp"];
            /** @description The most important first. */
            causes: components["schemas"]["Cause"][];
            jobId: components["schemas"]["jobId"];
            /** @description Status of the job. */
            status: components["schemas"]["job-status"];
            /** @description The first cause in one sentence. */
            summary: string;
        };
        /** @description One kind of failure. */
        Failure: {
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            group: components["schemas"]["FailureGroup"];
        };
        /** @description Identifies failures of one kind: equal for failures of the same job type with the same reason and the same message, apart from its variable parts. */
        failureFingerprint: string;
        /** @description Failures of one kind. */
        FailureGroup: {
            /** @description The reason of the failures. */
            code: components["schemas"]["failureReason"];
            fingerprint: components["schemas"]["failureFingerprint"];
            /** @description The first failure in the history that is kept. */
            firstSeenAt: components["schemas"]["timestamp"];
            /** @description Jobs that are FAILED now because of such a failure; counted up to 10,000. */
            jobs: components["schemas"]["count"];
            /** @description The latest failure. */
            lastSeenAt: components["schemas"]["timestamp"];
            /** @description The message of the latest failure, at most 300 characters of it. */
            message: string;
            /** @description Failed attempts, and jobs that failed without one. */
            occurrences: components["schemas"]["count"];
            /** @description The queue, if all of these failures occurred in one. */
            queue?: components["schemas"]["queueName"];
            /** @description The latest jobs that failed so, the newest first. Retention may have removed them. */
            sampleJobIds: components["schemas"]["jobId"][];
            type: components["schemas"]["jobType"];
            /** @description Versions of the workers, the first five. */
            versions: string[];
        };
        /** @description Failures by kind. */
        FailureList: {
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            /** @description The group with the latest failure first. */
            groups: components["schemas"]["FailureGroup"][];
            /** @description Failures that belong to no group, because their hour had too many kinds. */
            unlisted: components["schemas"]["count"];
        };
        /** @description Explanation for people. */
        failureMessage: string;
        /**
         * @description Reason of a failed attempt. A bounded set, because it is a metric label.
         * @enum {string}
         */
        failureReason: "error" | "permanent" | "timed_out" | "worker_lost" | "invalid_payload";
        /** @description A share of the whole. */
        fraction: number;
        frame: {
            /** @description Version of the event contract. Readers accept any minor and patch version of a major version they know. */
            contractVersion: string;
            correlationId: components["schemas"]["correlationId"];
            eventId: components["schemas"]["eventId"];
            /**
             * @description The event type; selects the schema of the payload.
             * @enum {string}
             */
            eventType: "job.created" | "job.due" | "job.validated" | "job.started" | "job.progressed" | "job.retrying" | "job.requeued" | "job.completed" | "job.failed" | "job.cancelled";
            /** @description jobId and version of the payload, joined by a colon. */
            idempotencyKey: string;
            /** @description When it was recorded, by the store's clock. */
            occurredAt: components["schemas"]["timestamp"];
            /** @description The change; see the schema of the event type. */
            payload: Record<string, never>;
            /** @description The process that recorded the event. */
            producer: {
                /** @description The running process. */
                instanceId: string;
                /** @description The role, for example gateway. */
                service: string;
                /** @description Version of the software. */
                version: string;
            };
            /** @description W3C trace context of the span that created the job; absent if its trace is not sampled. Equal in all events of a job. */
            traceparent?: string & (unknown & unknown);
        };
        /** @description The process is alive. */
        Health: {
            commit: string;
            instanceId: string;
            service: string;
            /** @constant */
            status: "ok";
            version: string;
        };
        /** @description One reason why the system is not ok. */
        HealthCause: {
            /** @description What to do first. */
            action: string;
            /** @description The alert rule about the condition. */
            alert?: string;
            /**
             * Format: uri-reference
             * @description Link to instructions.
             */
            runbookUrl?: string;
            /** @description Start of the condition, as far as it is known. */
            since: components["schemas"]["timestamp"];
            /**
             * @description The effect of the cause.
             * @enum {string}
             */
            status: "degraded" | "failing";
            /** @description The condition in one sentence. */
            summary: string;
        };
        /** @description The state of the whole system in one word, and what is wrong. */
        HealthSummary: {
            /** @description Time of the checks. */
            asOf: components["schemas"]["timestamp"];
            /** @description The worst first, then the oldest. Empty if the status is ok. */
            causes: components["schemas"]["HealthCause"][];
            /**
             * @description The worst effect of a cause. degraded: jobs are accepted and run, but something needs attention. failing: jobs are not accepted or not run, or an alert is critical.
             * @enum {string}
             */
            status: "ok" | "degraded" | "failing";
            /** @description One sentence for people. */
            summary: string;
        };
        /** @description The distribution of durations. */
        Histogram: {
            /** @description Ranges without gaps, shortest first. */
            buckets: {
                /** @description Durations in the range. */
                count: components["schemas"]["count"];
                /** @description Upper bound in milliseconds, inclusive; the previous bucket's bound is the lower one. null in the last bucket. */
                upToMs: number | null;
            }[];
        };
        /** @description Whether every accepted job is accounted for. */
        Integrity: {
            /** @description Jobs that were accepted: those that the history knows, and those that retention removed. */
            accepted: components["schemas"]["count"];
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            /** @description Jobs that are CANCELLED. */
            cancelled: components["schemas"]["count"];
            /** @description Jobs that are COMPLETED. */
            completed: components["schemas"]["count"];
            /** @description Runs that ended more than once. 0 unless work is reported twice. */
            duplicated: components["schemas"]["count"];
            /** @description The figures that were compared, with their sources. */
            evidence: components["schemas"]["IntegrityEvidence"][];
            /** @description Jobs that are FAILED. */
            failed: components["schemas"]["count"];
            /** @description Jobs in a terminal status. */
            finished: components["schemas"]["count"];
            /** @description Jobs that are not finished. */
            inFlight: components["schemas"]["count"];
            /** @description Accepted jobs that are neither finished, in flight nor removed. 0 unless data is lost. */
            lost: components["schemas"]["count"];
            /** @description Jobs that retention has removed since the store counts them. */
            removed: components["schemas"]["count"];
        };
        /** @description A figure that the comparison is based on. */
        IntegrityEvidence: {
            /** @description Where it comes from. */
            detail: string;
            /** @description The name of the figure. */
            name: string;
            /** @description Its value. */
            value: number;
        };
        /**
         * Job
         * @description A job as every interface shows it.
         */
        job: {
            /** @description Number of attempts started. */
            attempt: number;
            /** @description The newest 100 attempts, oldest first, without their logs; only where one job is shown in full. attempt counts all of them. */
            attempts?: components["schemas"]["job-attempt"][];
            /** @description Whether a running attempt was asked to stop. */
            cancelRequested?: boolean;
            correlationId: components["schemas"]["correlationId"];
            /** @description Time of acceptance. */
            createdAt: components["schemas"]["timestamp"];
            /** @description The last failure. */
            error?: components["schemas"]["jobError"];
            /** @description The kind of the last failure, while the job is FAILED. */
            fingerprint?: components["schemas"]["failureFingerprint"];
            /** @description Time at which the job reached a terminal status. */
            finishedAt?: components["schemas"]["timestamp"];
            id: components["schemas"]["jobId"];
            /** @description The client's Idempotency-Key. */
            idempotencyKey?: string;
            maxAttempts: components["schemas"]["maxAttempts"];
            metadata?: components["schemas"]["metadata"];
            /** @description The handler's input. */
            payload?: unknown;
            priority: components["schemas"]["priority"];
            /** @description The last progress that the handler reported. */
            progress?: {
                fraction: components["schemas"]["fraction"];
                /** @description What the handler is doing. */
                message?: string;
            };
            queue: components["schemas"]["queueName"];
            /** @description The handler's output. */
            result?: unknown;
            retry?: components["schemas"]["retry"];
            /** @description Number of the run: 1, and one more for each retry by an operator. */
            run: number;
            /** @description Earliest start of the next attempt, while the job waits for it. */
            runAt?: components["schemas"]["timestamp"];
            /** @description Start of the last attempt. */
            startedAt?: components["schemas"]["timestamp"];
            status: components["schemas"]["job-status"];
            tags?: components["schemas"]["tags"];
            timeoutMs: components["schemas"]["timeoutMs"];
            type: components["schemas"]["jobType"];
            uniqueKey?: components["schemas"]["uniqueKey"];
            /** @description Time of the last event. */
            updatedAt: components["schemas"]["timestamp"];
            /** @description Number of the job's events. */
            version: components["schemas"]["version"];
        };
        /**
         * JobAttempt
         * @description One execution of a job.
         */
        "job-attempt": {
            /** @description Counts up from 1 over the job's life; also the fencing token of the attempt's lease. */
            attempt: components["schemas"]["attempt"];
            /** @description Run time. */
            durationMs?: components["schemas"]["milliseconds"];
            error?: components["schemas"]["jobError"];
            /** @description When the outcome was committed. */
            finishedAt?: components["schemas"]["timestamp"];
            /** @description Number of lines in its log. The read model returns them in pages: GET /jobs/{id}/attempts/{attempt}/log. */
            logLines: number;
            /**
             * @description Outcome of the attempt, or RUNNING.
             * @enum {string}
             */
            outcome: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMEDOUT" | "CANCELLED" | "RELEASED" | "LOST";
            /** @description Number of the run that the attempt belongs to; a retry by an operator starts the next run. */
            run: number;
            /** @description When the claim was committed. */
            startedAt: components["schemas"]["timestamp"];
            workerId: components["schemas"]["workerId"];
        };
        /**
         * JobStatus
         * @description The status of a job.
         * @enum {string}
         */
        "job-status": "SCHEDULED" | "PENDING" | "VALIDATED" | "EXECUTING" | "RETRYING" | "COMPLETED" | "FAILED" | "CANCELLED";
        /** @description Reason and explanation of a failure. */
        jobError: {
            message: components["schemas"]["failureMessage"];
            reason: components["schemas"]["failureReason"];
        };
        /**
         * Format: uuid
         * @description Identifies a job for its whole life.
         */
        jobId: string;
        /** @description A page of jobs. */
        JobList: {
            /** @description In the requested order, without payloads, results and attempts. */
            jobs: components["schemas"]["job"][];
            /** @description Send it as cursor to get the next page; absent on the last one. A page can contain fewer entries than limit, even none, although more pages follow: a search examines a bounded number of jobs per page. */
            nextCursor?: string;
            /**
             * @description The search stopped at the bound of jobs, or of bytes, that it examines for one page: this page is not full although more jobs may match. Absent otherwise.
             * @constant
             */
            stoppedAtBound?: true;
        };
        /** @description Kind of work; selects the handler. */
        jobType: string;
        /**
         * LogLine
         * @description One line that a handler logged.
         */
        "log-line": {
            /** @description Time of logging. */
            at: components["schemas"]["timestamp"];
            /** @description The text. */
            line: string;
            /**
             * @description Source of the line.
             * @enum {string}
             */
            stream: "log" | "stdout" | "stderr";
        };
        /** @description Maximum number of attempts per run. */
        maxAttempts: number;
        /** @description Text values stored with a job. */
        metadata: {
            [key: string]: string;
        };
        /** @description The most important figures. Rates are over the last minute, everything else over the last five. */
        MetricsSnapshot: {
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            /** @description FAILED among the finished jobs; null when none finished. */
            failureRatio: number | null;
            /** @description Jobs finished per second, with any result. */
            finishedPerSecond: number;
            /** @description Time from started to finished. */
            run: components["schemas"]["durations"];
            /** @description Attempts started per second. */
            startedPerSecond: number;
            /** @description Jobs accepted per second. */
            submittedPerSecond: number;
            /** @description By type: the busiest 100; all others together as other. */
            types: components["schemas"]["TypeMetrics"][];
            /** @description Time from ready to started. */
            wait: components["schemas"]["durations"];
        };
        /** @description A duration in milliseconds. */
        milliseconds: number;
        /**
         * Overview
         * @description The state of the system at a glance.
         */
        overview: {
            /** @description The firing alerts. */
            alerts: components["schemas"]["alert"][];
            /** @description Jobs finished per second over the last minute. */
            finishedPerSecond: number;
            /** @description Every queue that holds jobs. */
            queues: components["schemas"]["queue"][];
            /** @description The newest jobs, without payloads. */
            recentJobs: components["schemas"]["job"][];
            /** @description Time from started to finished, over the last five minutes. */
            run: components["schemas"]["durations"];
            stats: components["schemas"]["stats"];
            /** @description Counts by exact status. */
            statuses: {
                [key: string]: components["schemas"]["count"];
            };
            /** @description Jobs accepted per second over the last minute. */
            submittedPerSecond: number;
            /** @description Time from ready to started, over the last five minutes. */
            wait: components["schemas"]["durations"];
            $defs: {
                /** @description Percentiles of a duration in milliseconds. */
                durations: {
                    /** @description Number of measurements. */
                    count: components["schemas"]["count"];
                    /** @description 50th percentile; null if nothing was measured. */
                    p50Ms: number | null;
                    /** @description 95th percentile; null if nothing was measured. */
                    p95Ms: number | null;
                    /** @description 99th percentile; null if nothing was measured. */
                    p99Ms: number | null;
                };
                /** @description A queue and its depth. */
                queue: {
                    /** @description Jobs accepted per second over the last minute. */
                    arrivalPerSecond?: number;
                    /** @description Jobs that the active workers can run at once, of all workers that serve the queue and handle a type of its unfinished jobs. A worker counts in full for each of its queues. */
                    concurrency?: components["schemas"]["count"];
                    /** @description Jobs that wait for a time: SCHEDULED and RETRYING. */
                    delayed: components["schemas"]["count"];
                    /** @description Ready jobs every ten seconds of the last five minutes, oldest first. Sampled by the read-model: the list begins after its start and after the last gap. */
                    depthHistory?: components["schemas"]["count"][];
                    /** @description Time until no job is ready, at the present rates: ready / (finishPerSecond - arrivalPerSecond). 0 if no job is ready; null if the queue does not drain. */
                    drainSeconds?: number | null;
                    /** @description Running jobs. */
                    executing: components["schemas"]["count"];
                    /** @description Dead letters. */
                    failed: components["schemas"]["count"];
                    /** @description Jobs completed, failed or cancelled per second over the last minute. */
                    finishPerSecond?: number;
                    /** @description Waiting time of the oldest ready job; null if none is ready. */
                    oldestReadySeconds: number | null;
                    queue: components["schemas"]["queueName"];
                    /** @description Jobs that could run now. */
                    ready: components["schemas"]["count"];
                    /** @description Jobs of the queue that workers run now: the same as executing. */
                    running?: components["schemas"]["count"];
                    /** @description The unfinished jobs by type: the ten most frequent types, the most frequent first, then all others as one. */
                    types?: components["schemas"]["typeCount"][];
                    /** @description running divided by concurrency, at most 1; null if concurrency is 0. */
                    utilisation?: number | null;
                };
                /** @description Unfinished jobs of one type. */
                typeCount: {
                    /** @description Unfinished jobs of the type. */
                    count: components["schemas"]["count"];
                    /** @description The type; other for all types that are not listed. */
                    type: components["schemas"]["jobType"];
                };
            };
        };
        /** @description Higher runs first. */
        priority: number;
        /**
         * Problem
         * @description The error format of every HTTP interface: application/problem+json (RFC 9457).
         */
        problem: {
            /** @description Stable code, for programs. */
            code: string;
            /** @description Identifies the request in logs and events. */
            correlationId: components["schemas"]["correlationId"];
            /** @description The problem in this case, and how to fix it. */
            detail: string;
            /** @description The invalid fields of the request. */
            errors?: {
                /** @description The problem with the value, and what is expected. */
                message: string;
                /** @description RFC 6901 pointer into the body, or ?name for a query parameter. */
                pointer: string;
            }[];
            /** @description The HTTP status. */
            status: number;
            /** @description The kind of problem in a few words; does not vary between occurrences. */
            title: string;
            /**
             * Format: uri-reference
             * @description Names the kind of problem: /problems/ and the code.
             */
            type: string;
        };
        /** @description A queue and its depth. */
        queue: {
            /** @description Jobs accepted per second over the last minute. */
            arrivalPerSecond?: number;
            /** @description Jobs that the active workers can run at once, of all workers that serve the queue and handle a type of its unfinished jobs. A worker counts in full for each of its queues. */
            concurrency?: components["schemas"]["count"];
            /** @description Jobs that wait for a time: SCHEDULED and RETRYING. */
            delayed: components["schemas"]["count"];
            /** @description Ready jobs every ten seconds of the last five minutes, oldest first. Sampled by the read-model: the list begins after its start and after the last gap. */
            depthHistory?: components["schemas"]["count"][];
            /** @description Time until no job is ready, at the present rates: ready / (finishPerSecond - arrivalPerSecond). 0 if no job is ready; null if the queue does not drain. */
            drainSeconds?: number | null;
            /** @description Running jobs. */
            executing: components["schemas"]["count"];
            /** @description Dead letters. */
            failed: components["schemas"]["count"];
            /** @description Jobs completed, failed or cancelled per second over the last minute. */
            finishPerSecond?: number;
            /** @description Waiting time of the oldest ready job; null if none is ready. */
            oldestReadySeconds: number | null;
            queue: components["schemas"]["queueName"];
            /** @description Jobs that could run now. */
            ready: components["schemas"]["count"];
            /** @description Jobs of the queue that workers run now: the same as executing. */
            running?: components["schemas"]["count"];
            /** @description The unfinished jobs by type: the ten most frequent types, the most frequent first, then all others as one. */
            types?: components["schemas"]["typeCount"][];
            /** @description running divided by concurrency, at most 1; null if concurrency is 0. */
            utilisation?: number | null;
        };
        /** @description Every queue that holds jobs. */
        QueueList: {
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            /** @description The queues, by name. */
            queues: components["schemas"]["queue"][];
        };
        /** @description The queue that a job waits in. */
        queueName: string;
        /** @description The load of one queue. */
        QueueScale: {
            /** @description Every event that was committed before this time is included in depth and running. */
            asOf: components["schemas"]["timestamp"];
            /** @description Jobs that could run now and wait for a worker. Jobs that wait for a time are not included. */
            depth: components["schemas"]["count"];
            /** @description Waiting time of the oldest of them. 0 if there is none, or if so many jobs of other queues come before them that it is unknown. */
            oldestSeconds: number;
            queue: components["schemas"]["queueName"];
            /** @description Jobs that workers run now. */
            running: components["schemas"]["count"];
        };
        /** @description Whether the dependencies can be used. */
        ReadyReport: {
            checks: {
                dependency: string;
                up: boolean;
            }[];
            /** @enum {string} */
            status: "ready" | "unready";
        };
        /** @description Delays between attempts; absent fields have the values of the job type. */
        retry: {
            /** @description Bound of the delay after the first failure. */
            baseDelayMs?: number;
            /** @description Bound of every delay. */
            maxDelayMs?: number;
            /** @description Growth per attempt. */
            multiplier?: number;
        };
        /** @description Health of one service. */
        ServiceHealth: {
            /** @description What is wrong. A service can be up without an optional dependency. */
            detail?: string;
            /** @description The role, for example gateway. */
            name: string;
            /**
             * @description up: ready. degraded: alive, not ready. down: no answer in time.
             * @enum {string}
             */
            status: "up" | "degraded" | "down";
            /** @description URL of the service. */
            url: string;
            /** @description SemVer version of the service, if known. */
            version?: string;
        };
        /** @description Every configured service and its health. */
        ServiceList: {
            /** @description Time of the probes. */
            asOf: components["schemas"]["timestamp"];
            /** @description In the order of the configuration. */
            services: components["schemas"]["ServiceHealth"][];
        };
        /**
         * Stats
         * @description Number of jobs in each group of statuses.
         */
        stats: {
            /** @description Age of the counts in milliseconds: from asOf to the time of the answer, both by the same clock. Absent while it is unknown. */
            ageMs?: components["schemas"]["count"];
            /** @description Every event that was committed before this time is included. 1970-01-01 while no such time is known. */
            asOf: components["schemas"]["timestamp"];
            /** @description CANCELLED. */
            cancelledJobs: components["schemas"]["count"];
            /** @description COMPLETED. */
            completedJobs: components["schemas"]["count"];
            /** @description EXECUTING. */
            executingJobs: components["schemas"]["count"];
            /** @description FAILED. */
            failedJobs: components["schemas"]["count"];
            /** @description Time of the last counted event; null before the first. */
            lastEventTime: components["schemas"]["timestamp"] | null;
            /** @description SCHEDULED, PENDING, VALIDATED and RETRYING. */
            pendingJobs: components["schemas"]["count"];
            /** @description All jobs in the store. */
            totalJobs: components["schemas"]["count"];
        };
        /** @description Labels to find a job by. */
        tags: string[];
        /** @description Time limit of one attempt in milliseconds. */
        timeoutMs: number;
        /** @description One metric over time. */
        Timeseries: {
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            metric: components["schemas"]["TimeseriesMetric"];
            /** @description Oldest first, without gaps; the last one is incomplete. */
            points: components["schemas"]["TimeseriesPoint"][];
            /** @description The queue; absent for all queues, and for metrics that are not of queues. */
            queue?: components["schemas"]["queueName"];
            /**
             * @description Duration of a step, in seconds.
             * @enum {integer}
             */
            stepSeconds: 10 | 60 | 300 | 900;
            /** @description The job type; absent for all types. */
            type?: components["schemas"]["jobType"];
            /**
             * @description count: number in the step, or at one time. ms: milliseconds. seconds: seconds.
             * @enum {string}
             */
            unit: "count" | "ms" | "seconds";
            window: components["schemas"]["TimeseriesWindow"];
        };
        /**
         * @description wait: from ready to started. run: from started to finished. Percentiles are upper bounds, at most 19 % too high. queue_depth: ready jobs, the largest number that was sampled in the step. queue_oldest_seconds: waiting time of the oldest ready job, the longest that was sampled in the step; 0 if no job was ready.
         * @enum {string}
         */
        TimeseriesMetric: "submitted" | "started" | "completed" | "failed" | "cancelled" | "retried" | "wait_p50" | "wait_p95" | "wait_p99" | "run_p50" | "run_p95" | "run_p99" | "queue_depth" | "queue_oldest_seconds";
        /** @description One step of a time series. */
        TimeseriesPoint: {
            /** @description Start of the step. */
            at: components["schemas"]["timestamp"];
            /** @description Null for a percentile without values, and for a metric of queues where nothing was sampled. */
            value: number | null;
        };
        /**
         * @description 15m in steps of 10 s, 1h of 1 min, 6h of 5 min, 24h of 15 min.
         * @enum {string}
         */
        TimeseriesWindow: "15m" | "1h" | "6h" | "24h";
        /**
         * Format: date-time
         * @description A point in time, RFC 3339. The system writes UTC with six decimals and Z.
         */
        timestamp: string;
        /** @description Unfinished jobs of one type. */
        typeCount: {
            /** @description Unfinished jobs of the type. */
            count: components["schemas"]["count"];
            /** @description The type; other for all types that are not listed. */
            type: components["schemas"]["jobType"];
        };
        /** @description One job type. */
        TypeDetail: {
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            /** @description The latest kinds of failure. The window does not limit them. */
            failures: components["schemas"]["FailureGroup"][];
            /** @description Durations from started to finished. */
            runHistogram: components["schemas"]["Histogram"];
            /** @description The JSON Schema of the payload; null for a type that is not built in. */
            schema: Record<string, never> | null;
            /** @description Jobs of the type by status now; every status is present. */
            statuses: {
                [key: string]: components["schemas"]["count"];
            };
            summary: components["schemas"]["TypeSummary"];
            /** @description Versions of the workers that ran attempts, the busiest first. */
            versions: components["schemas"]["TypeVersion"][];
            /** @description Durations from ready to started. */
            waitHistogram: components["schemas"]["Histogram"];
            window: components["schemas"]["TimeseriesWindow"];
        };
        /** @description Figures by job type. */
        TypeList: {
            /** @description Every event that was committed before this time is included. */
            asOf: components["schemas"]["timestamp"];
            /** @description The busiest 100; all others together as other. */
            types: components["schemas"]["TypeSummary"][];
            window: components["schemas"]["TimeseriesWindow"];
        };
        /** @description Counts of one job type over the last five minutes. */
        TypeMetrics: {
            /** @description Jobs that were cancelled. */
            cancelled: components["schemas"]["count"];
            /** @description Jobs that succeeded. */
            completed: components["schemas"]["count"];
            /** @description Jobs that failed. */
            failed: components["schemas"]["count"];
            /** @description Failed attempts that were retried. */
            retried: components["schemas"]["count"];
            /** @description Time from started to finished. */
            run: components["schemas"]["durations"];
            /** @description Attempts started. */
            started: components["schemas"]["count"];
            /** @description Jobs that were accepted. */
            submitted: components["schemas"]["count"];
            /** @description The type, or other. */
            type: components["schemas"]["jobType"];
            /** @description Time from ready to started. */
            wait: components["schemas"]["durations"];
        };
        /** @description Figures of one job type over a window. */
        TypeSummary: {
            /** @description Jobs that were cancelled. */
            cancelled: components["schemas"]["count"];
            /** @description Jobs that succeeded. */
            completed: components["schemas"]["count"];
            /** @description Jobs that failed. */
            failed: components["schemas"]["count"];
            /** @description FAILED among the finished jobs; null when none finished. */
            failureRatio: number | null;
            /** @description Jobs finished per second, with any result. */
            finishedPerSecond: number;
            /** @description Failed attempts that were retried. */
            retried: components["schemas"]["count"];
            /** @description Time from started to finished. */
            run: components["schemas"]["durations"];
            /** @description Attempts started. */
            started: components["schemas"]["count"];
            /** @description Jobs that were accepted. */
            submitted: components["schemas"]["count"];
            /** @description Jobs accepted per second. */
            submittedPerSecond: number;
            /** @description The type, or other in a list. */
            type: components["schemas"]["jobType"];
            /** @description Time from ready to started. */
            wait: components["schemas"]["durations"];
        };
        /** @description What workers of one version ran. */
        TypeVersion: {
            /** @description Attempts started. */
            attempts: components["schemas"]["count"];
            /** @description Attempts that failed. */
            failed: components["schemas"]["count"];
            /** @description The version of the worker. */
            version: string;
        };
        /** @description A user interface. */
        UiEntry: {
            /**
             * @description Purpose.
             * @enum {string}
             */
            category: "observatory" | "api" | "monitoring" | "storage";
            /** @description Deployments that include it. */
            deployments: ("embedded" | "compose" | "kubernetes")[];
            /** @description Description in one sentence. */
            description: string;
            /** @description Stable, for programs. */
            id: string;
            /** @description Name for people. */
            name: string;
            /**
             * Format: uri
             * @description URL; in a registry the default.
             */
            url: string;
        };
        /** @description The user interfaces that can be opened. */
        UiRegistry: {
            /** @description In the order in which they are shown. */
            uis: components["schemas"]["UiEntry"][];
            /** @description SemVer version of the registry. */
            version: string;
        };
        /** @description The registry and its source. */
        UiRegistryAnswer: {
            /** @description The reason for ignoring the configured file, if it was ignored. */
            detail?: string;
            registry: components["schemas"]["UiRegistry"];
            /**
             * @description built_in: no file is configured. file: the configured file. fallback: the built-in registry, because the configured file is invalid.
             * @enum {string}
             */
            source: "built_in" | "file" | "fallback";
        };
        /** @description At most one unfinished job has a given key. */
        uniqueKey: string;
        /** @description Sequence number of a job's events, without gaps from 1. */
        version: number;
        /** @description A processor, as it last reported. */
        Worker: {
            /** @description Largest number of jobs that it runs at once. */
            concurrency: number;
            /** @description When it last reported. */
            lastSeenAt: components["schemas"]["timestamp"];
            /** @description The queues that it serves; null for all. */
            queues: components["schemas"]["queueName"][] | null;
            /** @description Running attempts that it has claimed, by the store. */
            running: components["schemas"]["count"];
            /** @description When it started. */
            startedAt: components["schemas"]["timestamp"];
            /**
             * @description ACTIVE: claims jobs. DRAINING: shuts down, claims no more jobs. LOST: has not reported for 30 seconds.
             * @enum {string}
             */
            status: "ACTIVE" | "DRAINING" | "LOST";
            /** @description The job types that it handles; null for all. */
            types: components["schemas"]["jobType"][] | null;
            /** @description SemVer version of its build; unknown for a build that does not report it. */
            version: string;
            workerId: components["schemas"]["workerId"];
        };
        /** @description A process that runs jobs. */
        workerId: string;
        /** @description The registered workers. */
        WorkerList: {
            /** @description Time of the query, by the store's clock. */
            asOf: components["schemas"]["timestamp"];
            /** @description The workers, by id. */
            workers: components["schemas"]["Worker"][];
        };
    };
    responses: {
        /** @description The request is malformed. */
        BadRequest: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The position to resume from is beyond the end of the log, so it is from another log. */
        Conflict: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description A parameter violates the contract; errors names it. */
        ContractViolation: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The token does not permit this. */
        Forbidden: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description A defect. */
        Internal: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The Accept header excludes every media type of the route. */
        NotAcceptable: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description There is no such resource. */
        NotFound: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The body is too large: payload_too_large. */
        PayloadTooLarge: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The body was not received in time: request_timeout. */
        RequestTimeout: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description Too many concurrent requests. */
        TooManyRequests: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After": string;
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description A token is needed. */
        Unauthenticated: {
            headers: {
                /** @description Bearer */
                "WWW-Authenticate": string;
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description A dependency is unreachable. */
        Unavailable: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After": string;
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The body is not application/json: unsupported_media_type. */
        UnsupportedMediaType: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
    };
    parameters: {
        /** @description The id of an active alert. */
        AlertIdPath: string;
        /** @description A UUID is kept and returned; any other value is replaced by a new one. */
        CorrelationId: string;
        /**
         * @description Name of a fault that `GET /drills` lists.
         * @example views-unavailable
         */
        Fault: string;
        /** @description The job's id. 404 if it is not a UUID. */
        JobIdPath: components["schemas"]["jobId"];
    };
    requestBodies: never;
    headers: {
        /** @description Connects the response with log lines, traces and events. */
        CorrelationId: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAlerts: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alerts. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    acknowledgeAlert: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The id of an active alert. */
                id: components["parameters"]["AlertIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert after the command. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["alert"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    silenceAlert: {
        parameters: {
            query: {
                /** @description Length of the silence. */
                minutes: number;
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The id of an active alert. */
                id: components["parameters"]["AlertIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert after the command. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["alert"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    unsilenceAlert: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The id of an active alert. */
                id: components["parameters"]["AlertIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alert after the command. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["alert"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAlertHistory: {
        parameters: {
            query?: {
                /** @description Largest number of alerts. */
                limit?: number;
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The alerts. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertHistory"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    openDocs: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Redirects to /docs/. */
            308: {
                headers: {
                    /** @description /docs/ */
                    Location?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getDocsFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description Name of the file. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getDrills: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The faults. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["drill-faults"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    startFault: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /**
                 * @description Name of a fault that `GET /drills` lists.
                 * @example views-unavailable
                 */
                fault: components["parameters"]["Fault"];
            };
            cookie?: never;
        };
        /** @description How long the fault lasts. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["drill-request"];
            };
        };
        responses: {
            /** @description The fault is active; every fault of the process. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["drill-faults"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    endFault: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /**
                 * @description Name of a fault that `GET /drills` lists.
                 * @example views-unavailable
                 */
                fault: components["parameters"]["Fault"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The fault is not active; every fault of the process. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["drill-faults"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description nextCursor of the previous page, unchanged. The other parameters should not change. */
                cursor?: string;
                /** @description Only events of this job. */
                jobId?: components["schemas"]["jobId"];
                /** @description Maximum number of entries on the page. */
                limit?: number;
                /** @description Only events recorded at this time or later. */
                since?: string;
                /** @description Only events of this type. */
                type?: components["schemas"]["eventType"];
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description Only events of this job. */
                jobId?: components["schemas"]["jobId"];
                /** @description Same as Last-Event-ID, for clients that cannot send the header on the first connection. The header has precedence. */
                lastEventId?: string;
                /** @description Only events of this type. */
                type?: components["schemas"]["eventType"];
            };
            header?: {
                /** @description The id of the last message that was received; empty counts as absent. */
                "Last-Event-ID"?: string;
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream. */
            200: {
                headers: {
                    /** @description no-cache */
                    "Cache-Control"?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["EventStreamMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    explainJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The job's id. 404 if it is not a UUID. */
                jobId: components["schemas"]["jobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The explanation. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listFailures: {
        parameters: {
            query?: {
                /** @description Maximum number of groups. There are at most 1,000. */
                limit?: number;
                /** @description Only kinds that occurred in this queue, and kinds that occurred in more than five queues: the history keeps five for each kind. */
                queue?: components["schemas"]["queueName"];
                /** @description Only kinds that were last seen at this time or later. */
                since?: string;
                /** @description Only failures of jobs of this type. */
                type?: components["schemas"]["jobType"];
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The groups. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailureList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getFailure: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The fingerprint of the group. */
                fingerprint: components["schemas"]["failureFingerprint"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The group. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failure"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getHealthSummary: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthSummary"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getIntegrity: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The comparison. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Integrity"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description nextCursor of the previous page, unchanged. The other parameters should not change. */
                cursor?: string;
                /** @description Only FAILED jobs whose failure has this fingerprint. */
                fingerprint?: components["schemas"]["failureFingerprint"];
                /** @description Only jobs whose id begins with these hexadecimal digits, counted without hyphens. */
                idPrefix?: string;
                /** @description Only jobs whose id ends with these hexadecimal digits, counted without hyphens. */
                idSuffix?: string;
                /** @description Maximum number of entries on the page. */
                limit?: number;
                /** @description No jobs that q would find with one of these texts. */
                notQ?: string[];
                /** @description No jobs in these queues. Repeat the parameter for each. */
                notQueue?: components["schemas"]["queueName"][];
                /** @description No jobs with one of these tags. */
                notTag?: string[];
                /** @description No jobs of these types. Repeat the parameter for each. */
                notType?: components["schemas"]["jobType"][];
                /** @description Only jobs whose id, type, unique key, payload, metadata or error contains this text, in any case and Unicode composition. Escapes in the JSON of a payload are decoded first. White space and punctuation alone are refused. With several, only jobs that contain all of them. */
                q?: string[];
                /** @description Only jobs in this queue. */
                queue?: components["schemas"]["queueName"];
                /** @description Only jobs created at this time or later. */
                since?: string;
                /** @description createdAt: oldest first. -createdAt: newest first. */
                sort?: "createdAt" | "-createdAt";
                /** @description Only jobs in one of these statuses. May be repeated or contain a comma-separated list. */
                status?: components["schemas"]["job-status"][];
                /** @description Only jobs with this tag. With several, only jobs with all of them. */
                tag?: string[];
                /** @description Only jobs of this type. */
                type?: components["schemas"]["jobType"];
                /** @description Only jobs created before this time. */
                until?: string;
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The job's id. 404 if it is not a UUID. */
                id: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAttemptLog: {
        parameters: {
            query?: {
                /** @description nextCursor of the previous page, unchanged. The other parameters should not change. */
                cursor?: string;
                /** @description Maximum number of lines on the page. */
                limit?: number;
                /** @description at: oldest first. -at: newest first. */
                sort?: "at" | "-at";
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The number of the attempt. 404, attempt_not_found, if the job has not reached it. */
                attempt: components["schemas"]["attempt"];
                /** @description The job's id. 404 if it is not a UUID. */
                id: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the log. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttemptLog"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobEvents: {
        parameters: {
            query?: {
                /** @description nextCursor of the previous page, unchanged. The other parameters should not change. */
                cursor?: string;
                /** @description Maximum number of entries on the page. */
                limit?: number;
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The job's id. 404 if it is not a UUID. */
                id: components["parameters"]["JobIdPath"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the history. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listRecentJobs: {
        parameters: {
            query?: {
                /** @description Maximum number of entries on the page. */
                limit?: number;
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest jobs. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every metric family. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getMetricsSnapshot: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricsSnapshot"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The overview. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["overview"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listQueues: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The queues. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getQueueScale: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The queue. */
                name: components["schemas"]["queueName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The load. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueScale"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every required dependency is usable. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyReport"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            /** @description A required dependency is not usable. */
            503: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyReport"];
                };
            };
        };
    };
    listServices: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The services. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStats: {
        parameters: {
            query?: {
                /** @description Waits until the counts include every event that was committed before the request arrived, for at most this many milliseconds, then returns the current counts. Does not wait if 64 requests wait already, and stops waiting if the log or the views cannot be read. asOf is always the time up to which the counts are complete; determining it may take another second. */
                waitMs?: number;
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["stats"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTimeseries: {
        parameters: {
            query: {
                /** @description The metric. */
                metric: components["schemas"]["TimeseriesMetric"];
                /** @description Only this queue. For metrics of queues. */
                queue?: components["schemas"]["queueName"];
                /** @description Only jobs of this type. Not for metrics of queues. */
                type?: components["schemas"]["jobType"];
                /** @description The time range. */
                window?: components["schemas"]["TimeseriesWindow"];
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeseries"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTypes: {
        parameters: {
            query?: {
                /** @description How far back the counts reach. Default 1h. */
                window?: components["schemas"]["TimeseriesWindow"];
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The types. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypeList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getType: {
        parameters: {
            query?: {
                /** @description How far back the counts reach. Default 1h. */
                window?: components["schemas"]["TimeseriesWindow"];
            };
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @description The job type. */
                type: components["schemas"]["jobType"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The type. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TypeDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUiRegistry: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The registry. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UiRegistryAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWorkers: {
        parameters: {
            query?: never;
            header?: {
                /** @description A UUID is kept and returned; any other value is replaced by a new one. */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workers. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["ContractViolation"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
}
