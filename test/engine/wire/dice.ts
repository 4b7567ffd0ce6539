/** Numbers from 0 up to, but without, 1 that look random and are always the same. */
export function dice(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state * 1103515245 + 12345) % 2147483648;
		return state / 2147483648;
	};
}
