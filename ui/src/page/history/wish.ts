import type { Arguments } from "../../protocol/call.ts";

/** What a person wants to take back: a run (0: the scene's last one), or what it wrote for one scene or field. */
export interface Wish {
  readonly run: number;
  readonly scene: number;
  readonly fields: readonly string[];
  /** The title of the dialog. */
  readonly title: string;
}

type Field = NonNullable<Arguments<"undo_preview">["fields"]>[number];

/** The wish as the operations take it. */
export const asked = ({ run, scene, fields }: Wish): { run: number; scene: number; fields: readonly Field[] } => ({
  run,
  scene,
  fields: fields as readonly Field[],
});
