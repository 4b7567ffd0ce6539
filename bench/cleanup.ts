/** What has to end or vanish when the benchmark does, however it does. */
import { rmSync } from 'node:fs';

type Ending = () => Promise<void> | void;
const endings: Ending[] = [];

/** Remembers what to do at the end; last in, first out. @returns a function that does it now instead */
export function atEnd(ending: Ending): () => Promise<void> {
	endings.push(ending);
	return async () => {
		const index = endings.indexOf(ending);
		if (index < 0) return;
		endings.splice(index, 1);
		await ending();
	};
}

/** Removes a folder at the end. @returns the folder */
export function removedAtEnd(folder: string): string {
	atEnd(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** Does all that is left to do. */
export async function endAll(): Promise<void> {
	for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) await ending();
}
