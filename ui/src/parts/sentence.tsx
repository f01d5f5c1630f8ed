import { Link, React, useIntl } from "../stash/index.ts";
import type { IntlShape, ReactElement } from "../stash/index.ts";
import { ADDRESS } from "../everywhere/address.ts";
import type { Phrase } from "../overview/overview.ts";
import { written } from "../words/numbers.ts";
import { away } from "../words/time.ts";

interface SentenceProps {
  readonly of: readonly Phrase[];
  /** UTC seconds, by the clock of the answer that holds the sentence. */
  readonly now: number;
}

/** A sentence with its numbers and times as the reader writes them, and links to what is counted. */
export function Sentence({ of, now }: SentenceProps): ReactElement {
  const intl = useIntl();
  return (
    <>
      {of.map((phrase, at) =>
        phrase.link ? (
          <Link key={at} className="ps-link" to={`${ADDRESS}/${phrase.link}`}>
            {textOf(phrase, now, intl)}
          </Link>
        ) : (
          <React.Fragment key={at}>{textOf(phrase, now, intl)}</React.Fragment>
        ),
      )}
    </>
  );
}

function textOf({ text, number, at }: Phrase, now: number, { locale }: IntlShape): string {
  if (number !== null) return written(number, locale);
  return at === null ? text : away(at, now, locale);
}
