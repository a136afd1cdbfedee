// Short messages about what the user has done. A failure stays until it is closed.
import { Failure } from "../services/problem";

export interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
  fix?: string;
  link?: { href: string; text: string };
}

const SHOWN_MS = 6_000;
const MOST_SHOWN = 4;

class Toasts {
  list = $state<Toast[]>([]);
  #nextId = 1;

  done(text: string, link?: Toast["link"]): void {
    const id = this.#add({ kind: "done", text, ...(link ? { link } : {}) });
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  failed(cause: unknown): void {
    const failure = cause instanceof Failure ? cause : undefined;
    this.#add({
      kind: "failed",
      text: failure?.message ?? String(cause),
      ...(failure?.fix ? { fix: failure.fix } : {}),
    });
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, "id">): number {
    const id = this.#nextId++;
    this.list = [...this.list, { ...toast, id }].slice(-MOST_SHOWN);
    return id;
  }
}

export const toasts = new Toasts();
