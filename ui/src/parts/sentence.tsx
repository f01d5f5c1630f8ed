import { Link, React, useIntl } from "../stash/index.ts";
import type { ReactElement } from "../stash/index.ts";
import type { Piece } from "../overview/overview.ts";
import { written } from "../words/numbers.ts";
import { onDay } from "../words/time.ts";

interface SentenceProps {
  readonly of: readonly Piece[];
  /** Where PlexSync's page is; links lead below it. */
  readonly base: string;
  readonly now: number;
}

/** A sentence with its numbers and times as the reader writes them, and links to what is counted. */
export function Sentence({ of, base, now }: SentenceProps): ReactElement {
  const { locale } = useIntl();
  const text = ({ number, at, text: plain }: Piece): string => {
    if (number !== null) return written(number, locale);
    return at !== null && at > now ? onDay(at, now, locale) : plain;
  };
  return (
    <>
      {of.map((piece, at) =>
        piece.link ? (
          <Link key={at} className="plexsync-link" to={`${base}/${piece.link}`}>
            {text(piece)}
          </Link>
        ) : (
          <React.Fragment key={at}>{text(piece)}</React.Fragment>
        ),
      )}
    </>
  );
}
