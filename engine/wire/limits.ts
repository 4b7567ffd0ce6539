/** What a provider allows. */

/** A provider's limit; both may hold. */
export interface Limits {
	/** Most requests under way at the same time. */
	atOnce?: number;
	/** Most requests within any stretch of `milliseconds`. */
	rate?: { requests: number; milliseconds: number };
	/**
	 * From when on a request has its place in the window of `rate`.
	 * - `answer`    (default) the provider counted it at some moment before, so that no latency can bring one request too many
	 *               into its window. Surely safe, but every place costs its latency as well.
	 * - `departure` the full rate whatever the latency, for where a rare 429 is harmless
	 */
	countedFrom?: 'answer' | 'departure';
}
