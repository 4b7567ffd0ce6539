import { createClock } from '../../sandbox/clock';

describe('the clock', () => {
	it('runs what became due in order, each task at its own time', () => {
		const clock = createClock();
		const start = clock.now();
		const seen: Array<[string, number]> = [];
		const note = (name: string) => seen.push([name, Math.round((clock.now() - start) / 100) * 100]);
		clock.after(30_000, () => note('third'));
		clock.after(10_000, () => {
			note('first');
			clock.after(10_000, () => note('second'));
		});
		clock.after(90_000, () => note('later'));
		const cancel = clock.after(5_000, () => note('cancelled'));
		cancel();
		clock.advance(60_000);
		clock.stop();
		expect(seen).toEqual([
			['first', 10_000],
			['second', 20_000],
			['third', 30_000],
		]);
	});

	it('runs tasks by itself, the sooner one first, also when it was added later', async () => {
		const clock = createClock();
		const seen: string[] = [];
		await new Promise<void>((resolve) => {
			clock.after(40, () => {
				seen.push('later');
				resolve();
			});
			clock.after(5, () => seen.push('sooner'));
		});
		expect(seen).toEqual(['sooner', 'later']);
	});

	it('waits longer than the longest timer, and forgets everything when stopped', () => {
		const clock = createClock();
		const run = jest.fn();
		clock.after(60 * 86_400_000, run);
		clock.advance(59 * 86_400_000);
		expect(run).not.toHaveBeenCalled();
		clock.advance(2 * 86_400_000);
		expect(run).toHaveBeenCalledTimes(1);
		clock.after(1, run);
		clock.stop();
		clock.advance(10);
		expect(run).toHaveBeenCalledTimes(1);
	});
});
