// Generated from contracts/openapi/web-pty.json by `npm run generate`; do not edit.

export interface paths {
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
         * @description Breaks this process on purpose. The fault ends by itself after the given time; a repeated request, also of another caller, replaces the end and the job type. While stopped-worker is active, every route except those of drills is answered with 503. 403 if the process was not started with drills allowed. Role: admin.
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
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Open the WebSocket of a session
         * @description The protocol is that of asyncapi/terminal.json. Needs no token: the ticket contains the permission. A browser has to send the origin of the web dashboard or a configured one; a client without an origin has to send its token.
         */
        get: operations["openSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the server offers
         * @description Roles: read, operate, admin.
         */
        get: operations["getTerminalStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Obtain a ticket for one connection
         * @description For a new session, or with a reconnect token for one that this caller was attached to. The program of the session uses the token of the caller. Interactive sessions have to be allowed by the configuration, and require the role operate or admin; otherwise 403. The number of sessions is limited for each client address and in total: 429. At its own limit, a client loses its oldest unused ticket for a new session, or its session that has been without a connection for the longest time, before it is refused. Roles: read, operate, admin.
         */
        post: operations["createTicket"];
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
         * Format: uuid
         * @description Identifies a job for its whole life.
         */
        jobId: string;
        /** @description Kind of work; selects the handler. */
        jobType: string;
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
        Readiness: {
            checks: {
                dependency: string;
                up: boolean;
            }[];
            /** @enum {unknown} */
            status: "ready" | "unready";
        };
        /** @description A version as Semantic Versioning 2.0.0 writes it. */
        semver: string;
        /**
         * Ticket
         * @description The permission to open one WebSocket of the web-pty-server. It is valid once, and only for a short time.
         */
        "terminal-ticket": {
            /** @description When it becomes invalid. */
            expiresAt: components["schemas"]["timestamp"];
            /** @description The session of the reconnect token; null for a new session, which starts when the ticket is used. */
            sessionId: null | string;
            /** @description Sent as the WebSocket subprotocol `odd-ticket.<ticket>`. */
            ticket: string;
        };
        /**
         * Request for a ticket
         * @description The body of `POST /tickets` of the web-pty-server: for a new session, or for one that a client was attached to before.
         */
        "terminal-ticket-request": {
            /**
             * @description Whether the terminal only shows, or may also change the observatory.
             * @enum {string}
             */
            mode?: "read-only" | "interactive";
            /** @description The newest reconnect token of a session. The session keeps its mode. */
            reconnectToken?: string;
            /** @description What a new session shows first; without it, the overview. */
            view?: {
                /** @description Filter of the jobs, in the filter language. */
                filter?: string;
                /** @description The job whose detail is open. */
                jobId?: components["schemas"]["jobId"];
                /**
                 * @description The view.
                 * @enum {string}
                 */
                view?: "overview" | "jobs" | "events" | "queues" | "services" | "alerts";
            };
        } & (unknown | unknown);
        /**
         * Terminal status
         * @description What the web-pty-server offers.
         */
        TerminalStatus: {
            /** @description Whether interactive sessions are allowed. */
            interactive: boolean;
            /** @description Largest number of sessions. */
            maxSessions: number;
            /** @description Sessions that run now. */
            sessions: number;
        };
        /**
         * Format: date-time
         * @description A point in time, RFC 3339. The system writes UTC with six decimals and Z.
         */
        timestamp: string;
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
        /** @description The session has ended, or the reconnect token was used. */
        Gone: {
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
        /** @description Well-formed, but violates the contract: contract_violation. */
        Invalid: {
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
        /** @description The processor is stopped by a drill: unavailable. */
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
    };
    requestBodies: never;
    headers: {
        /** @description The request's correlation id, as sent or generated. */
        CorrelationId: components["schemas"]["correlationId"];
        /** @description Seconds to wait. */
        RetryAfter: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
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
            503: components["responses"]["Unavailable"];
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
            503: components["responses"]["Unavailable"];
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
            503: components["responses"]["Unavailable"];
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
            503: components["responses"]["Unavailable"];
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
            503: components["responses"]["Unavailable"];
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
            /** @description A required dependency is not usable, or the processor is stopped by a drill. */
            503: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                    "application/problem+json": components["schemas"]["problem"];
                };
            };
        };
    };
    openSession: {
        parameters: {
            query?: never;
            header: {
                /** @description odd-terminal.v1 and odd-ticket.<ticket>. */
                "Sec-WebSocket-Protocol": string;
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
            /** @description The connection is a WebSocket now. */
            101: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
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
    getTerminalStatus: {
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
            /** @description The mode and the number of sessions. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerminalStatus"];
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
    createTicket: {
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
        /** @description What the ticket is for. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["terminal-ticket-request"];
            };
        };
        responses: {
            /** @description The ticket. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["terminal-ticket"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            410: components["responses"]["Gone"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
}
