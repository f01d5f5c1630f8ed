import { useEffect, useState } from "../../stash/index.ts";

const NARROW = "(max-width: 767px)";

/** Tell whether the window is as narrow as a phone's. */
export function useNarrow(): boolean {
  const [narrow, take] = useState(() => window.matchMedia(NARROW).matches);
  useEffect(() => {
    const media = window.matchMedia(NARROW);
    const changed = (): void => take(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, []);
  return narrow;
}
