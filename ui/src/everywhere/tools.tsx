import { Link, React } from "../stash/index.ts";
import type { Props, ReactElement, ReactNode } from "../stash/index.ts";
import { ADDRESS } from "./address.ts";

const MARK = "/sceneDuplicateChecker";

/** A row of Settings, Tools, in the markup of Stash's own; nothing in the other of its two sections. */
export const ToolsRow = ({ children }: Props): ReactElement | null =>
  isSceneTools(children) ? (
    <div className="setting">
      <div>
        <h3>
          <Link className="btn btn-primary" to={ADDRESS}>
            PlexSync
          </Link>
        </h3>
      </div>
      <div />
    </div>
  ) : null;

/** Tell the one section to add to: Stash draws two alike, and only one holds its duplicate checker. */
function isSceneTools(children: ReactNode): boolean {
  return React.Children.toArray(children).some((child) => React.isValidElement(child) && mentions(child.props));
}

function mentions(props: unknown): boolean {
  if (typeof props !== "object" || props === null) return false;
  return Object.values(props).some(
    (value) => value === MARK || (React.isValidElement(value) && mentions(value.props)),
  );
}
