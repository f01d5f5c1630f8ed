/** The bug report as a file: one zip, secrets masked and names replaced. */
import { call } from "../protocol/call.ts";

const NAME = "plexsync-bug-report.zip";

/** Have it packed and hand it to the browser as a download; throws CallError. */
export async function downloadBugReport(): Promise<void> {
  const { zip } = await call("bug_report", {});
  const link = Object.assign(document.createElement("a"), { href: `data:application/zip;base64,${zip}`, download: NAME });
  link.click();
}
