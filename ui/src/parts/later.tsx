import { React, useEffect, useState } from "../stash/index.ts";
import type { ComponentType } from "../stash/index.ts";
import { ErrorBox, Loading } from "./answers.tsx";
import { Card } from "./card.tsx";

const NOT_LOADED = new Error("This view could not be loaded. Look whether Stash runs and PlexSync is still installed.");

/** Makes a component of one whose file is loaded when it is drawn first: nobody opens all views. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function Later(props: Props) {
    const [Content, take] = useState<ComponentType<Props> | null>(null);
    const [failed, fail] = useState(false);
    const [attempt, again] = useState(0);
    useEffect(() => {
      let awaited = true;
      fail(false);
      load().then((found) => awaited && take(() => found), () => awaited && fail(true));
      return () => void (awaited = false);
    }, [attempt]);
    if (Content) return <Content {...props} />;
    return <Card>{failed ? <ErrorBox error={NOT_LOADED} again={() => again(attempt + 1)} /> : <Loading />}</Card>;
  };
}
