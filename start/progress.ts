/** Says what `npm start` is doing, how long it has been at it, and how long it took. */

/** Where the lines go; a terminal lets a line be written anew. */
export interface Screen {
	write(text: string): void;
	isTerminal: boolean;
}

/** What a step under way may tell of itself. */
export interface Step {
	/** What is there so far, for example "1,240 MB". */
	tell(detail: string): void;
}

/** Without a terminal, a step that takes long says so this often, in ms. */
const sayEvery = 30_000;

/** Minutes and seconds, as a clock shows them: 75,000 ms are "1:15". */
export function clockOf(milliseconds: number): string {
	const seconds = Math.floor(milliseconds / 1000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Steps, numbered up to `count`. */
export function createProgress(count: number, screen: Screen, now: () => number = Date.now) {
	let number = 0;
	return {
		/**
		 * Does a step, and tells of it while it lasts.
		 * @param what it does, for example "Building the package"
		 * @param work gives its result, and may tell how far it is
		 * @param done what to say at the end of a result; the time is added
		 */
		async step<Result>(what: string, work: (step: Step) => Promise<Result>, done: (result: Result) => string = () => what): Promise<Result> {
			const place = `[${++number}/${count}]`;
			const began = now();
			let detail = '';
			let width = 0;
			let said = began;
			const show = () => {
				const line = `${place} ${what} ... ${detail === '' ? '' : `${detail}, `}${clockOf(now() - began)}`;
				if (screen.isTerminal) {
					screen.write(`\r${line.padEnd(width)}`);
					width = line.length;
				} else if (now() - said >= sayEvery) {
					said = now();
					screen.write(`${line}\n`);
				}
			};
			if (screen.isTerminal) show();
			else screen.write(`${place} ${what} ...\n`);
			const timer = setInterval(show, 1000);
			try {
				const result = await work({
					tell(text) {
						detail = text;
						show();
					},
				});
				const line = `${place} ${done(result)}: ${clockOf(now() - began)}`;
				screen.write(`${screen.isTerminal ? `\r${line.padEnd(width)}` : line}\n`);
				return result;
			} catch (error) {
				if (screen.isTerminal) screen.write('\n');
				throw error;
			} finally {
				clearInterval(timer);
			}
		},
	};
}
