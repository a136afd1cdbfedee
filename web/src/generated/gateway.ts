// Generated from contracts/openapi/gateway.json by `npm run generate`; do not edit.

export interface paths {
    "/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List dead letters
         * @description Newest first, without payloads, results and attempts. Roles: read, operate, admin.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Drop a dead letter
         * @description The job stays FAILED and leaves the list; retention deletes it later. Roles: operate, admin.
         */
        delete: operations["dropDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dead-letters/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay a dead letter
         * @description Same as retrying the job. Roles: operate, admin.
         */
        post: operations["replayDeadLetter"];
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
         * Redirect to the API browser
         * @description Any role.
         */
        get: operations["redirectToDocs"];
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
         * @description Any role.
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
         * @description Any role.
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
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit a job
         * @description A repeated submission with the same Idempotency-Key or id returns the first job; with other content it is rejected. If an unfinished job has the same uniqueKey, that job is returned. Roles: submit, operate, admin.
         */
        post: operations["submitJob"];
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
         * @description With the newest 100 attempts. Read from the authoritative store, so it includes every change that was answered before. Roles: submit, read, operate, admin.
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
    "/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job
         * @description A waiting job is CANCELLED at once; a running one is asked to stop, which cancelRequested shows. Roles: operate, admin.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a job
         * @description Starts a new run of a FAILED or CANCELLED job. Roles: operate, admin.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit up to 10,000 jobs
         * @description All are accepted or none; errors have the index of the job. A batch has no Idempotency-Key: give its jobs ids to make it repeatable. Roles: submit, operate, admin.
         */
        post: operations["submitBatch"];
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
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document, with all schemas in it
         * @description Any role.
         */
        get: operations["getOpenApi"];
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
         * Whether every dependency is usable
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Number of an attempt; grows over the job's whole life. */
        attempt: number;
        /**
         * BatchAccepted
         * @description The response to an accepted batch.
         */
        "batch-accepted": {
            /** @description One entry per submitted job, in the same order. */
            jobs: {
                /**
                 * @description `created`: the job is new. `replayed`: an identical submission with the same id was accepted before. `unique_exists`: an unfinished job has the unique key. The status is that of the new or existing job.
                 * @enum {unknown}
                 */
                acceptance?: "created" | "replayed" | "unique_exists";
                id: components["schemas"]["jobId"];
                status: components["schemas"]["job-status"];
            }[];
        };
        /**
         * BatchSubmission
         * @description Jobs that are accepted together or not at all: the body of POST /jobs/batch.
         */
        "batch-submission": {
            /** @description The jobs. The response has the same order. */
            jobs: components["schemas"]["job-submission"][];
        };
        /**
         * Format: uuid
         * @description Identifies everything that one request caused.
         */
        correlationId: string;
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
        /** @description Identifies failures of one kind: equal for failures of the same job type with the same reason and the same message, apart from its variable parts. */
        failureFingerprint: string;
        /** @description Explanation for people. */
        failureMessage: string;
        /**
         * @description Reason of a failed attempt. A bounded set, because it is a metric label.
         * @enum {string}
         */
        failureReason: "error" | "permanent" | "timed_out" | "worker_lost" | "invalid_payload";
        /** @description A share of the whole. */
        fraction: number;
        Health: {
            /** @description Commit of the build. */
            commit: string;
            /** @description Unique per process and role. */
            instanceId: string;
            /** @description The role. */
            service: string;
            /** @constant */
            status: "ok";
            version: components["schemas"]["semver"];
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
        /**
         * JobSubmission
         * @description A job to create: the body of POST /jobs.
         */
        "job-submission": {
            /** @description Milliseconds from acceptance to the earliest start. Cannot be combined with runAt. */
            delayMs?: number;
            /** @description Chosen by the client to make the submission idempotent. */
            id?: components["schemas"]["jobId"];
            /** @description Maximum number of attempts per run. Default: that of the job type, otherwise 5. */
            maxAttempts?: components["schemas"]["maxAttempts"];
            metadata?: components["schemas"]["metadata"];
            /** @description The handler's input: any JSON, kept as it was sent. */
            payload?: unknown;
            /** @description Higher runs first. Default: 0. */
            priority?: components["schemas"]["priority"];
            /** @description Queue of the job. Default: default. */
            queue?: components["schemas"]["queueName"];
            retry?: components["schemas"]["retry"];
            /** @description Earliest start. Cannot be combined with delayMs. */
            runAt?: components["schemas"]["requestedTime"];
            tags?: components["schemas"]["tags"];
            /** @description Time limit of one attempt in milliseconds. Default: that of the job type, otherwise 300000. */
            timeoutMs?: components["schemas"]["timeoutMs"];
            type: components["schemas"]["jobType"];
            uniqueKey?: components["schemas"]["uniqueKey"];
        };
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
        JobList: {
            jobs: components["schemas"]["job"][];
            /** @description Send it as cursor to get the next page; absent on the last one. */
            nextCursor?: string;
            /**
             * @description The search stopped at the bound of jobs, or of bytes, that it examines for one page: this page is not full although more jobs may match. Absent otherwise.
             * @constant
             */
            stoppedAtBound?: true;
        };
        /** @description Kind of work; selects the handler. */
        jobType: string;
        /** @description Maximum number of attempts per run. */
        maxAttempts: number;
        /** @description Text values stored with a job. */
        metadata: {
            [key: string]: string;
        };
        /** @description A duration in milliseconds. */
        milliseconds: number;
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
        /** @description The queue that a job waits in. */
        queueName: string;
        Readiness: {
            checks: {
                dependency: string;
                up: boolean;
            }[];
            /** @enum {unknown} */
            status: "ready" | "unready";
        };
        /**
         * Format: date-time
         * @description A point in time chosen by a client, RFC 3339 with any offset and up to nine decimals; kept to the microsecond.
         */
        requestedTime: string;
        /** @description Delays between attempts; absent fields have the values of the job type. */
        retry: {
            /** @description Bound of the delay after the first failure. */
            baseDelayMs?: number;
            /** @description Bound of every delay. */
            maxDelayMs?: number;
            /** @description Growth per attempt. */
            multiplier?: number;
        };
        /** @description A version as Semantic Versioning 2.0.0 writes it. */
        semver: string;
        /** @description Labels to find a job by. */
        tags: string[];
        /** @description Time limit of one attempt in milliseconds. */
        timeoutMs: number;
        /**
         * Format: date-time
         * @description A point in time, RFC 3339. The system writes UTC with six decimals and Z.
         */
        timestamp: string;
        /** @description At most one unfinished job has a given key. */
        uniqueKey: string;
        /** @description Sequence number of a job's events, without gaps from 1. */
        version: number;
        /** @description A process that runs jobs. */
        workerId: string;
    };
    responses: {
        /** @description Not acceptable HTTP or JSON: invalid_json, bad_request. */
        BadRequest: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The job's status forbids it: conflict, unique_key_held. */
        Conflict: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The role, the Host or the Origin does not allow it: forbidden. */
        Forbidden: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description A defect: internal. */
        Internal: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description Well-formed, but violates the contract: contract_violation, idempotency_conflict. */
        Invalid: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description There is no such job: job_not_found. */
        JobNotFound: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description Accept excludes application/json: not_acceptable. */
        NotAcceptable: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description There is no such resource: not_found. */
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
        /** @description Too many requests at once: too_many_requests. */
        TooManyRequests: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description No known token: unauthenticated. */
        Unauthenticated: {
            headers: {
                "WWW-Authenticate": "Bearer";
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The store is unreachable: unavailable. */
        Unavailable: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
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
        /**
         * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
         * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
         */
        CorrelationId: string;
        /**
         * @description Name of a fault that `GET /drills` lists.
         * @example views-unavailable
         */
        Fault: string;
        /** @description Makes the submission repeatable. */
        IdempotencyKey: string;
        /**
         * @description The job.
         * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
         */
        JobId: components["schemas"]["jobId"];
    };
    requestBodies: never;
    headers: {
        /** @description The request's correlation id, as sent or generated. */
        CorrelationId: components["schemas"]["correlationId"];
        /** @description The submission was accepted before. */
        IdempotentReplayed: "true";
        /** @description URL of the job. */
        Location: string;
        /** @description Seconds to wait. */
        RetryAfter: string;
        /** @description An unfinished job has the uniqueKey. */
        UniqueJobExists: "true";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description The nextCursor of the previous page, unchanged. */
                cursor?: string;
                /** @description Maximum number of jobs. */
                limit?: number;
            };
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters. */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    dropDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /**
                 * @description The job.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                id: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dropped. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["JobNotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    replayDeadLetter: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /**
                 * @description The job.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                id: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job after the command. */
            202: {
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
            404: components["responses"]["JobNotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    redirectToDocs: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
                    Location?: "/docs/";
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getDocsFile: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /** @example swagger-ui.css */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getDrills: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    startFault: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    endFault: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
        };
    };
    submitJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the submission repeatable. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The job, at most 1 MiB. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["job-submission"];
            };
        };
        responses: {
            /** @description The job already existed: submitted before, or with the same uniqueKey. */
            200: {
                headers: {
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    Location: components["headers"]["Location"];
                    "Unique-Job-Exists": components["headers"]["UniqueJobExists"];
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["job"];
                };
            };
            /** @description Accepted and stored. */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
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
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /**
                 * @description The job.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                id: components["parameters"]["JobId"];
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
            404: components["responses"]["JobNotFound"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /**
                 * @description The job.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                id: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job after the command. */
            202: {
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
            404: components["responses"]["JobNotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path: {
                /**
                 * @description The job.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                id: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job after the command. */
            202: {
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
            404: components["responses"]["JobNotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    submitBatch: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description The jobs, at most 16 MiB. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["batch-submission"];
            };
        };
        responses: {
            /** @description Every job already existed. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["batch-accepted"];
                };
            };
            /** @description Accepted and stored, in the order of the batch; at least one job is new. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["batch-accepted"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
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
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description A UUID that identifies the request in events, logs and the response. Any other value is replaced.
                 * @example 0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11
                 */
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
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            /** @description A required dependency is not usable. */
            503: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
