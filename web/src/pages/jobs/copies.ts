import { shellWord } from "../../lib/shell";
import { address } from "../../services/http";
import type { JobQuery } from "../../services/readModel";
import type { Sort } from "./columns";

/** The list as a command. */
export function listCommand(filter: string, sort: Sort): string {
  const words = ["odd-dashboard", "jobs", "list"];
  if (filter !== "") words.push("--filter", filter);
  if (sort === "createdAt") words.push("--oldest");
  return words.map(shellWord).join(" ");
}

/** The request for the first page of the list, through this server. */
export function listCurl(query: JobQuery, needsToken: boolean): string {
  const url = address("api/read-model/jobs", { ...query, limit: 200 });
  const token = needsToken ? ' -H "Authorization: Bearer $ODD_TOKEN"' : "";
  return `curl -s${token} ${shellWord(url.href)}`;
}
