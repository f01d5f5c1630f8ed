import { React, useEffect, useState } from "../stash/index.ts";
import type { ReactElement, ReactNode } from "../stash/index.ts";
import { call } from "../protocol/call.ts";

interface PlexPictureProps {
  readonly item: string;
  readonly picture?: "poster" | "art";
  readonly alt: string;
  /** What stands there until the picture has come, and where there is none. */
  readonly children?: ReactNode;
}

/** The picture that Plex shows of an item. It comes by an operation, because its address would carry the key. */
export function PlexPicture({ item, picture = "poster", alt, children = null }: PlexPictureProps): ReactElement {
  const [address, take] = useState("");
  useEffect(() => {
    const asking = new AbortController();
    take("");
    call("plex_picture", { item, picture }, asking.signal)
      .then((found) => take(found.address))
      .catch(() => undefined);
    return () => asking.abort();
  }, [item, picture]);
  return address ? <img src={address} alt={alt} /> : <>{children}</>;
}
