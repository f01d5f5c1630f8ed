/** Numbers as the page says them. */

/** Write a number in the person's language. */
export const written = (number: number, locale: string): string => new Intl.NumberFormat(locale).format(number);

/** Write a number with its noun: "1 scene", "12,440 scenes". */
export const counted = (number: number, noun: string, locale: string): string =>
  `${written(number, locale)} ${noun}${number === 1 ? "" : "s"}`;
