/** What is known of a row: its columns that hold something. A row has all the others too, as `null`. */
export function known(row: object): object {
	return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
