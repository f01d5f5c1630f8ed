import { React, useEffect, useRef, useState } from "../../stash/index.ts";
import { Blocks } from "./blocks.ts";
import type { Load } from "./blocks.ts";

/**
 * Return the blocks of a list, drawn anew when they change. Another `key` (a filter, another preview) loads other rows:
 * those before stay until the first of them have come.
 */
export function useBlocks<Row>(key: string, load: Load<Row>): Blocks<Row> {
  const [shown, show] = useState(() => new Blocks(load));
  const [, draw] = React.useReducer((times: number) => times + 1, 0);
  const madeFor = useRef(key);
  useEffect(() => {
    const next = madeFor.current === key ? shown : new Blocks(load);
    madeFor.current = key;
    const end = next.subscribe(() => {
      show(next);
      draw();
    });
    next.show(0, 1);
    return () => {
      end();
      next.close();
    };
  }, [key]);
  return shown;
}
