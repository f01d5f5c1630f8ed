import { Button, Icon, Overlay, Popover, React, icons, useRef, useState } from "../stash/index.ts";
import type { KeyboardEvent, ReactElement } from "../stash/index.ts";

/** What can be done: its words, and the deed. */
export type Deed = readonly [words: string, act: () => void];

interface RowMenuProps {
  readonly label: string;
  readonly deeds: readonly Deed[];
}

/** Three dots that open a list of deeds. It is drawn outside of the row, which would cut it off. */
export function RowMenu({ label, deeds }: RowMenuProps): ReactElement {
  const [open, show] = useState(false);
  const dots = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    show(false);
    dots.current?.focus();
  };
  return (
    <>
      <Button ref={dots} variant="secondary" size="sm" className="minimal" aria-label={label} aria-haspopup="menu" aria-expanded={open} onClick={() => show(!open)}>
        <Icon icon={icons.faEllipsisV} />
      </Button>
      <Overlay show={open} target={dots.current} placement="bottom-end" rootClose onHide={() => show(false)}>
        <Popover id="plexsync-menu" className="ps-menu bg-secondary" onKeyDown={(event: KeyboardEvent) => moved(event, close)}>
          <div role="menu" aria-label={label}>
            {deeds.map(([words, act], at) => (
              <button
                key={words}
                type="button"
                role="menuitem"
                className="dropdown-item bg-secondary text-white"
                ref={(button) => void (at === 0 && button?.focus({ preventScroll: true }))}
                onClick={() => {
                  close();
                  act();
                }}
              >
                {words}
              </button>
            ))}
          </div>
        </Popover>
      </Overlay>
    </>
  );
}

/** Arrows move through the deeds; Escape and Tab close. */
function moved(event: KeyboardEvent, close: () => void): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (event.key === "ArrowDown") all[(at + 1) % all.length]?.focus();
  else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length]?.focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
