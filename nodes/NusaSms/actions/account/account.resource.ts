import { resource } from '../../../../engine/operation';
import { get } from './get.operation';
import { getBalance } from './getBalance.operation';
import { getSmsCredit } from './getSmsCredit.operation';

export const accountResource = resource('Account', 'account', { get, getBalance, getSmsCredit });
