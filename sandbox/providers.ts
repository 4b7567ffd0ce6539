/** The simulated providers. A new one is a folder and one entry here. */
import { bestSms } from './bestsms/provider';
import { mobileMessage } from './mobile-message/provider';
import { nusasms } from './nusasms/provider';
import type { Provider } from './provider';
import { sms160 } from './sms160/provider';
import { ugsms } from './ugsms/provider';

export const providers: Provider[] = [mobileMessage, sms160, bestSms, nusasms, ugsms];
