/** Files as the page says them. */

const MEGABYTE = 1_000_000;

/** "1.2 GB", "34 MB"; "" where nobody knows. */
export function size(bytes: number, locale: string): string {
  if (bytes <= 0) return "";
  const unit = bytes >= 1000 * MEGABYTE ? "gigabyte" : bytes >= MEGABYTE ? "megabyte" : "kilobyte";
  const by = { gigabyte: 1000 * MEGABYTE, megabyte: MEGABYTE, kilobyte: 1000 }[unit];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / by);
}

/** "1:02:03" or "4:05"; "" where nobody knows. */
export function span(seconds: number): string {
  if (seconds <= 0) return "";
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number: number): string => String(number).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
