/** Job types that every worker of this build can run, with a payload that each accepts. */
export const BUILT_IN_TYPES = [
  { name: "echo", summary: "returns its payload", example: '{\n  "hello": "world"\n}' },
  { name: "sleep", summary: "waits", example: '{\n  "ms": 2000\n}' },
  {
    name: "fail",
    summary: "fails every time",
    example: '{\n  "message": "as requested",\n  "permanent": false\n}',
  },
  { name: "flaky", summary: "fails a few times, then completes", example: '{\n  "failures": 2\n}' },
  {
    name: "http.request",
    summary: "calls a URL",
    example: '{\n  "method": "GET",\n  "url": "https://example.com/"\n}',
  },
  {
    name: "process.run",
    summary: "runs an allowed program",
    example: '{\n  "program": "/usr/bin/env",\n  "args": []\n}',
  },
] as const;

export const exampleOf = (type: string): string =>
  BUILT_IN_TYPES.find(({ name }) => name === type)?.example ?? "";
