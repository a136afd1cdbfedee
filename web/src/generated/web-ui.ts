// Generated from contracts/openapi/web-ui.json by `npm run generate`; do not edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The dashboard
         * @description Needs no token. Not cached without a check. In a binary without pages, the page names the commands that build them.
         */
        get: operations["getIndex"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/{page}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page or a file of the dashboard
         * @description Needs no token. Every path that names no file is a page. Paths of one segment with a dot are files.
         */
        get: operations["getPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read from the gateway
         * @description Passes the request on, with its method, query, body and headers, to the same path of the gateway, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        get: operations["getGateway"];
        /**
         * Replace a resource of the gateway
         * @description Passes the request on, with its method, query, body and headers, to the same path of the gateway, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        put: operations["putGateway"];
        /**
         * Send a command to the gateway
         * @description Passes the request on, with its method, query, body and headers, to the same path of the gateway, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        post: operations["postGateway"];
        /**
         * Delete a resource of the gateway
         * @description Passes the request on, with its method, query, body and headers, to the same path of the gateway, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        delete: operations["deleteGateway"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/read-model/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read from the read-model
         * @description Passes the request on, with its method, query, body and headers, to the same path of the read-model, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        get: operations["getReadModel"];
        /**
         * Replace a resource of the read-model
         * @description Passes the request on, with its method, query, body and headers, to the same path of the read-model, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        put: operations["putReadModel"];
        /**
         * Send a command to the read-model
         * @description Passes the request on, with its method, query, body and headers, to the same path of the read-model, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        post: operations["postReadModel"];
        /**
         * Delete a resource of the read-model
         * @description Passes the request on, with its method, query, body and headers, to the same path of the read-model, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        delete: operations["deleteReadModel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/terminal/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read from the terminal server
         * @description Passes the request on, with its method, query, body and headers, to the same path of the terminal server, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. A WebSocket is passed on in both directions. Any role.
         */
        get: operations["getTerminal"];
        put?: never;
        /**
         * Send a command to the terminal server
         * @description Passes the request on, with its method, query, body and headers, to the same path of the terminal server, which decides what the role of the caller permits. `Cookie`, `Origin` and headers of one connection are not passed on; `X-Correlation-Id` and `X-Forwarded-For` are set. Event streams are passed on without delay. Any role.
         */
        post: operations["postTerminal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/assets/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A file of the dashboard
         * @description Needs no token. Its name changes with its content, so it may be cached for a year. Compressed with Brotli or gzip, as `Accept-Encoding` allows.
         */
        get: operations["getAsset"];
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
    "/offline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page that says what is not running
         * @description Needs no token. The same file can be opened from a disk.
         */
        get: operations["getOfflinePage"];
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
         * @description Needs no token. The role is ready without the services behind it: its pages say what is missing.
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
         * Who is signed in, and what the service offers
         * @description Needs no token.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in with an API token
         * @description Needs no token but that in the body.
         */
        post: operations["startSession"];
        /**
         * Sign out
         * @description Needs no token.
         */
        delete: operations["endSession"];
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
        Session: {
            /**
             * @description `token` if requests need a token; with `none`, everyone who can reach the service may do everything.
             * @enum {unknown}
             */
            authentication: "none" | "token";
            /** @description `null` without a known token. */
            caller: null | {
                /** @description Name of the token. */
                name: string;
                /** @enum {unknown} */
                role: "submit" | "read" | "operate" | "admin";
            };
            terminal: {
                /** @description Whether requests below `/api/terminal` are passed on. */
                configured: boolean;
            };
            version: components["schemas"]["semver"];
        };
    };
    responses: {
        /** @description The service behind this one gave no valid response: bad_gateway. */
        BadGateway: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
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
        /** @description No tokens are configured, so there is nothing to sign in to: conflict. */
        Conflict: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
            };
        };
        /** @description The role, the Host or the Origin does not allow it: forbidden. A browser that requests a page gets a page. */
        Forbidden: {
            headers: {
                "X-Correlation-Id": components["headers"]["CorrelationId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["problem"];
                "text/html": string;
            };
        };
        /** @description The service behind this one gave no response in time: gateway_timeout. */
        GatewayTimeout: {
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
        /** @description The service behind this one cannot be reached: unavailable. */
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
        /**
         * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
         * @example jobs
         */
        Path: string;
    };
    requestBodies: never;
    headers: {
        /** @description The request's correlation id, as sent or generated. */
        CorrelationId: components["schemas"]["correlationId"];
        /** @description Seconds to wait. */
        RetryAfter: string;
        /** @description The cookie of the session: HttpOnly, SameSite=Strict, limited to the base path, and Secure if the browser uses HTTPS. */
        SetCookie: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getIndex: {
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
            /** @description The dashboard. */
            200: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The copy of the client is current. */
            304: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getPage: {
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
                 * @description May contain slashes.
                 * @example jobs
                 */
                page: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page or a file of the dashboard. */
            200: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description The copy of the client is current. */
            304: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    getGateway: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the gateway. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    putGateway: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        /** @description At most 16 MiB for the gateway, and 1 MiB for the others. */
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the gateway. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    postGateway: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        /** @description At most 16 MiB for the gateway, and 1 MiB for the others. */
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the gateway. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    deleteGateway: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the gateway. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    getReadModel: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the read-model. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    putReadModel: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        /** @description At most 16 MiB for the gateway, and 1 MiB for the others. */
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the read-model. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    postReadModel: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        /** @description At most 16 MiB for the gateway, and 1 MiB for the others. */
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the read-model. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    deleteReadModel: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the read-model. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    getTerminal: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection is a WebSocket to the terminal server. */
            101: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the terminal server. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    postTerminal: {
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
                 * @description The rest of the path, which may contain slashes. Segments that are empty, `.` or `..`, or that contain a slash in encoded form, are refused with 400.
                 * @example jobs
                 */
                path: components["parameters"]["Path"];
            };
            cookie?: never;
        };
        /** @description At most 16 MiB for the gateway, and 1 MiB for the others. */
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            504: components["responses"]["GatewayTimeout"];
            /** @description The response of the terminal server. */
            default: {
                headers: {
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
        };
    };
    getAsset: {
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
                /** @example page-9d8c7b6a.js */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file of the dashboard. */
            200: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description The copy of the client is current. */
            304: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
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
    getOfflinePage: {
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
            /** @description The page that says what is not running. */
            200: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The copy of the client is current. */
            304: {
                headers: {
                    "Cache-Control": string;
                    ETag?: string;
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
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
            /** @description A required dependency is not usable, or the service is stopped by a drill. */
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
    getSession: {
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
            /** @description The session. */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    startSession: {
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
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description The session. */
            200: {
                headers: {
                    "Cache-Control": "no-store";
                    "Set-Cookie": components["headers"]["SetCookie"];
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
    endSession: {
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
            /** @description The browser has no cookie any more. */
            204: {
                headers: {
                    "Set-Cookie": components["headers"]["SetCookie"];
                    "X-Correlation-Id": components["headers"]["CorrelationId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
        };
    };
}
