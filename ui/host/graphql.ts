/** Asks the server as Stash's interface does. */
export async function ask<T>(query: string, variables: object = {}): Promise<T> {
  const response = await fetch(new URL("graphql", document.baseURI), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
  }).catch(() => null);
  if (response === null) return never(); // Stash is away, or this page ends before its answer
  if (response.status === 401) {
    const login = new URL("login", document.baseURI);
    if (location.pathname !== login.pathname) location.href = login.href;
    return never(); // this page ends here
  }
  const document_ = (await response.json().catch(() => null)) as { data: T; errors?: { message: string }[] } | null;
  if (document_ === null) return never(); // the answer is cut off, as by the end of this page
  if (document_.errors?.[0]) throw new Error(document_.errors[0].message);
  return document_.data;
}

const never = (): Promise<never> => new Promise(() => undefined);
