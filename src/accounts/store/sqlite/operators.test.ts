import { describeOperatorStore } from '../operator-store.contract.ts';
import { openTemporaryStores } from '../temporary-stores.fixture.ts';

describeOperatorStore('SQLite', openTemporaryStores);
