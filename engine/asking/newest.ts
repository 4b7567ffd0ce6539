/** Which of the messages that a number got is the newest that it had when it wrote: exactly, or nobody can tell. */

/** A message to the number, and where its answer leads. */
export interface Had {
	/** `undefined`: it is no question. */
	lead: string | undefined;
	/** From when on, and until when at the latest, the number got it, in ms since the epoch; NaN where that is not known. */
	earliest: number;
	latest: number;
}

/**
 * Where the newest message leads that a number had when it wrote. Messages of which nobody can tell whether they are the newest count
 * as well: when these do not all lead to the same question, it is not known.
 * @param written in ms since the epoch
 */
export function leadOfNewest(messages: Had[], written: number): string | undefined {
	const before = messages.filter(({ latest }) => latest < written);
	// Times are in whole seconds: of one of the same second nobody knows which came first.
	const perhaps = messages.filter(({ earliest, latest }) => !(latest < written) && !(earliest > written));
	const last = Math.max(...before.map(({ earliest }) => earliest));
	const newest = before.filter(({ latest }) => latest >= last);
	const leads = new Set([...newest, ...perhaps].map(({ lead }) => lead));
	if (newest.length === 0) leads.add(undefined);
	const [lead] = leads;
	return leads.size === 1 ? lead : undefined;
}
