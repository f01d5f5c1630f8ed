/** A reverse proxy that puts a server below a path, as people do with Stash. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** Serve `target` below /stash on another port for as long as `use` lasts; it is given the address. */
export async function below(target: string, use: (address: string) => Promise<void>): Promise<void> {
  const proxy = createServer((asked, answer) => {
    const path = asked.url?.replace(/^\/stash/, "") || "/";
    if (path === asked.url) {
      answer.writeHead(404).end();
      return;
    }
    const headers = { ...asked.headers, "x-forwarded-prefix": "/stash" };
    const onward = request(target + path, { method: asked.method, headers }, (told) => {
      answer.writeHead(told.statusCode ?? 502, told.headers);
      told.pipe(answer);
    });
    onward.on("error", () => answer.writeHead(502).end());
    asked.pipe(onward);
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  try {
    await use(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/stash`);
  } finally {
    proxy.closeAllConnections();
    await new Promise((done) => proxy.close(done));
  }
}
