// A real observatory for the tests: `odd-dashboard up` in a temporary directory on free ports, stopped by its process id.
import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.ODD_BINARY ?? "odd-dashboard";
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 50;

/** The variable with the listen address of each role. */
const ADDRESSES: Record<string, string> = {
  gateway: "ODD_GATEWAY_ADDR",
  "read-model": "ODD_READ_MODEL_ADDR",
  processor: "ODD_PROCESSOR_ADDR",
  "metrics-engine": "ODD_METRICS_ENGINE_ADDR",
  web: "ODD_WEB_ADDR",
  "web-pty": "ODD_PTY_ADDR",
  "web-pty-metrics": "ODD_PTY_METRICS_ADDR",
};

export type Role = "submit" | "read" | "operate" | "admin";

export interface JobBody {
  type: string;
  payload?: unknown;
  [option: string]: unknown;
}

export class Observatory {
  #child: ChildProcess | undefined;
  #urls = new Map<string, string>();
  #log: string[] = [];

  private constructor(
    private readonly directory: string,
    private readonly environment: Record<string, string>,
    /** The secret of the token of each role; empty without authentication. */
    readonly tokens: Partial<Record<Role, string>>,
  ) {}

  /** Starts an observatory. With `withTokens`, every API requires a token. */
  static async start(options: { withTokens?: boolean; environment?: Record<string, string> } = {}) {
    const directory = await mkdtemp(join(tmpdir(), "odd-browser-"));
    const environment: Record<string, string> = {
      ODD_DATA_DIR: join(directory, "data"),
      ...options.environment,
    };
    for (const variable of Object.values(ADDRESSES)) environment[variable] ??= "127.0.0.1:0";
    const tokens: Partial<Record<Role, string>> = {};
    if (options.withTokens) {
      environment.ODD_API_TOKENS = join(directory, "tokens.toml");
      await writeFile(environment.ODD_API_TOKENS, newTokens(tokens));
    }
    const observatory = new Observatory(directory, environment, tokens);
    await observatory.#spawn();
    return observatory;
  }

  /** Uses a running observatory: `urls` is JSON with the URL of each role. It is neither restarted nor stopped. */
  static attach(urls: string): Observatory {
    const observatory = new Observatory("", {}, {});
    observatory.#urls = new Map(Object.entries(JSON.parse(urls) as Record<string, string>));
    return observatory;
  }

  url(role: string): string {
    const url = this.#urls.get(role);
    if (!url)
      throw new Error(`the role ${role} was not announced; announced: ${[...this.#urls.keys()].join(", ")}`);
    return url.replace(/\/$/, "");
  }

  /** Stops it and starts it again on the same data and the same ports. */
  async restart(whileStopped: () => Promise<void> = async () => {}): Promise<void> {
    for (const [role, url] of this.#urls) {
      const variable = ADDRESSES[role];
      if (variable) this.environment[variable] = new URL(url).host;
    }
    await this.#kill("SIGTERM");
    await whileStopped();
    await this.#spawn();
  }

  async stop(): Promise<void> {
    await this.#kill("SIGTERM");
    if (this.directory) await rm(this.directory, { recursive: true, force: true });
  }

  /** Submits jobs and returns their ids. */
  async submit(...jobs: JobBody[]): Promise<string[]> {
    const answer = await this.call("POST", "gateway", "/jobs/batch", { jobs });
    return (answer as { jobs: { id: string }[] }).jobs.map((job) => job.id);
  }

  /** Waits until a job has one of the statuses. */
  async until(id: string, ...statuses: string[]): Promise<void> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const job = (await this.call("GET", "read-model", `/jobs/${id}`).catch(() => undefined)) as
        { status: string } | undefined;
      if (job && statuses.includes(job.status)) return;
      if (Date.now() > deadline)
        throw new Error(`the job ${id} is ${job?.status}, not ${statuses.join(" or ")}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Calls an API directly, as an administrator. */
  async call(method: string, role: string, path: string, body?: unknown): Promise<unknown> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (this.tokens.admin) headers.authorization = `Bearer ${this.tokens.admin}`;
    const response = await fetch(this.url(role) + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  async #spawn(): Promise<void> {
    const child = spawn(BINARY, ["up"], {
      env: { PATH: process.env.PATH ?? "", HOME: this.directory, ...this.environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#log = [...this.#log, text].slice(-200);
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
    try {
      for await (const line of createInterface(child.stdout)) {
        const message = JSON.parse(line) as { event: string; role?: string; url?: string };
        if (message.event === "listening" && message.role && message.url)
          this.#urls.set(message.role, message.url);
        if (message.event === "ready") return;
      }
    } finally {
      clearTimeout(timer);
      // Nothing reads the output from here on; the pipe must not fill up.
      child.stdout.resume();
    }
    throw new Error(`odd-dashboard up ended before it was ready:\n${this.#log.join("")}`);
  }

  async #kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    child.kill(signal);
    await ended;
    clearTimeout(timer);
  }
}

function newTokens(tokens: Partial<Record<Role, string>>): string {
  const roles: Role[] = ["submit", "read", "operate", "admin"];
  return roles
    .map((role) => {
      const secret = randomBytes(24).toString("hex");
      tokens[role] = secret;
      const digest = createHash("sha256").update(secret).digest("hex");
      return `[[token]]\nname = "${role}-user"\nrole = "${role}"\nsha256 = "${digest}"\n`;
    })
    .join("\n");
}
