/** The sandbox's clock: real time plus whatever a test moved it forward, and the tasks waiting on it. */

export interface Clock {
	/** Milliseconds since 1970 on this clock. */
	now(): number;
	/** Runs `run` once, `ms` milliseconds from now. The returned function cancels it. */
	after(ms: number, run: () => void): () => void;
	/** Moves the clock forward by `ms` and runs, in order and before returning, everything that became due. */
	advance(ms: number): void;
	/** Forgets every task. */
	stop(): void;
}

interface Task {
	at: number;
	run: () => void;
	cancelled: boolean;
}

/** setTimeout turns a longer delay into 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A clock whose tasks never keep the process alive. */
export function createClock(): Clock {
	let offset = 0;
	let stopped = false;
	let timer: NodeJS.Timeout | undefined;
	let armedFor = Infinity;
	// Sorted by time; one timer for the head keeps ten thousand waiting deliveries cheap.
	const tasks: Task[] = [];
	const now = (): number => Date.now() + offset;

	const arm = (): void => {
		const head = tasks[0];
		if (head?.at === armedFor) return;
		clearTimeout(timer);
		armedFor = head?.at ?? Infinity;
		if (!head || stopped) return;
		timer = setTimeout(() => {
			armedFor = Infinity;
			runUntil(now());
		}, Math.min(Math.max(head.at - now(), 0), LONGEST_TIMER_MS)).unref();
	};

	const runUntil = (target: number): void => {
		for (let head = tasks[0]; head && head.at <= target; head = tasks[0]) {
			const { at } = head;
			const later = tasks.findIndex((task) => task.at > at);
			const due = tasks.splice(0, later < 0 ? tasks.length : later);
			// While advancing, a task sees its own time, so that what it schedules lands where it would in real time.
			offset = Math.max(offset, at - Date.now());
			for (const task of due) if (!task.cancelled) task.run();
		}
		arm();
	};

	return {
		now,
		after(ms, run) {
			const task: Task = { at: now() + Math.max(ms, 0), run, cancelled: false };
			if (stopped) return () => undefined;
			// Behind the tasks of the same time, found by halving: ten thousand may be waiting.
			let index = 0;
			for (let end = tasks.length; index < end; ) {
				const middle = (index + end) >> 1;
				if ((tasks[middle]?.at ?? Infinity) > task.at) end = middle;
				else index = middle + 1;
			}
			tasks.splice(index, 0, task);
			if (index === 0) arm();
			return () => {
				task.cancelled = true;
			};
		},
		advance(ms) {
			const target = now() + ms;
			runUntil(target);
			offset = Math.max(offset, target - Date.now());
			armedFor = Infinity;
			arm();
		},
		stop() {
			stopped = true;
			clearTimeout(timer);
			tasks.length = 0;
		},
	};
}
