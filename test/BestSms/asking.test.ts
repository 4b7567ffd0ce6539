/** The page behind the link of a question. */
import { asking } from '../../nodes/BestSms/asking';

test('the page shows a text as the provider fills it in', () => {
	expect(asking.shown?.({ message: 'Hi [[FirstName]], coming [[Custom1]]?', firstName: 'Jane', custom1: 'tomorrow' })).toBe('Hi Jane, coming tomorrow?');
});
