/** Advice of the read model that ends with the command to retry the job. */
const RETRY = /^(.*): (odd-dashboard jobs retry \S+)$/s;

/**
 * Advice as the page shows it. Where the page can retry the job, its button comes before the command; a caller who may
 * change nothing gets no advice to retry. What is between backticks is code.
 */
export function hintOnPage(
  hint: string | undefined,
  canOperate: boolean,
  canRetry: boolean,
): string | undefined {
  const found = RETRY.exec(hint ?? "");
  if (!found) return hint;
  if (!canOperate) return undefined;
  const [, advice, command] = found;
  return canRetry ? `${advice} with the button Retry, or \`${command}\`` : `${advice}: \`${command}\``;
}
