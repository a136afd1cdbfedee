/** The keys of the filter language: the part of a term before the colon. */
export type FilterKey = "status" | "type" | "queue" | "tag" | "since" | "until" | "id" | "fingerprint";

export interface KeyInfo {
  key: FilterKey;
  /** Which jobs a term with the key selects. */
  summary: string;
  example: string;
  /** Whether `!` may precede the key. */
  canBeNegated: boolean;
}

/** Every key, in the order of the documentation. */
export const KEYS: readonly KeyInfo[] = [
  {
    key: "status",
    summary: "jobs in one of these statuses",
    example: "status:FAILED,CANCELLED",
    canBeNegated: true,
  },
  { key: "type", summary: "jobs of this type", example: "type:email", canBeNegated: true },
  { key: "queue", summary: "jobs in this queue", example: "queue:slow", canBeNegated: true },
  { key: "tag", summary: "jobs with this tag", example: "tag:nightly", canBeNegated: true },
  { key: "since", summary: "jobs created at this time or later", example: "since:1h", canBeNegated: false },
  {
    key: "until",
    summary: "jobs created before this time",
    example: "until:2026-11-30T00:00:00Z",
    canBeNegated: false,
  },
  {
    key: "id",
    summary: "the job with this id, short id or first digits of an id",
    example: "id:0192f0c1~7c11",
    canBeNegated: false,
  },
  {
    key: "fingerprint",
    summary: "jobs that failed in the way with this fingerprint",
    example: "fingerprint:9f86d081884c7d65",
    canBeNegated: false,
  },
];

const byKey = new Map<string, KeyInfo>(KEYS.map((info) => [info.key, info]));

export const keyInfo = (text: string): KeyInfo | undefined => byKey.get(text);

export function infoOf(key: FilterKey): KeyInfo {
  const info = byKey.get(key);
  if (!info) throw new Error(`${key} has no description`);
  return info;
}
