/** Numbers as a reader wants them. */

/** The middle value; of an even count, the mean of the two in the middle. @throws Error when there is none */
export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const upper = sorted[Math.floor(sorted.length / 2)];
	const lower = sorted[Math.ceil(sorted.length / 2) - 1];
	if (upper === undefined || lower === undefined) throw new Error('No values');
	return (lower + upper) / 2;
}

/** Milliseconds as seconds with three significant digits ("0.912 s"). */
export function seconds(milliseconds: number): string {
	const value = milliseconds / 1000;
	return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} s`;
}

/** A ratio with three significant digits at most ("28.4", "311"). */
export function times(ratio: number): string {
	return `${ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(3)}x`;
}

/** " (median of 5: 0.880 to 0.970 s)"; nothing for a single value. */
export function spread(milliseconds: number[]): string {
	if (milliseconds.length < 2) return '';
	return ` (median of ${milliseconds.length}: ${seconds(Math.min(...milliseconds)).replace(' s', '')} to ${seconds(Math.max(...milliseconds))})`;
}

export const inThousands = (count: number): string => count.toLocaleString('en-GB');

/** One line of the printed table. */
export interface Row {
	measured: string;
	own: string;
	comparedWith: string;
	other: string;
	ratio: string;
	target?: string;
}

/** The table in Markdown. */
export function table(rows: Row[]): string {
	const head = ['Measured', 'This package', 'Compared with', 'Its figure', 'Ratio', 'Target'];
	const cells = rows.map(({ measured, own, comparedWith, other, ratio, target = '' }) => [measured, own, comparedWith, other, ratio, target]);
	const line = (parts: string[]): string => `| ${parts.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...cells.map(line)].join('\n');
}

/** Says on stderr what goes on, so that stdout holds the table alone. */
export function progress(text: string): void {
	process.stderr.write(`${text}\n`);
}
