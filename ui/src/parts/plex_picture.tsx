import { React } from "../stash/index.ts";
import type { ReactElement, ReactNode } from "../stash/index.ts";
import { call } from "../protocol/call.ts";
import { usePolled } from "./use_polled.ts";

interface PlexPictureProps {
  readonly item: string;
  readonly picture?: "poster" | "art";
  readonly alt: string;
  /** What stands there until the picture has come, and where there is none. */
  readonly children?: ReactNode;
}

/** The picture that Plex shows of an item. It comes by an operation, because its address would carry the key. */
export function PlexPicture({ item, picture = "poster", alt, children = null }: PlexPictureProps): ReactElement {
  const { value } = usePolled((signal) => call("plex_picture", { item, picture }, signal));
  const address = value?.address;
  return address ? <img src={address} alt={alt} /> : <>{children}</>;
}
