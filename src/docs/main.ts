// The page at /docs: the list of calls is in its markup, Swagger UI comes with the first that is opened.

import { listOperations } from './operations.ts';
import { keepSession } from './session.ts';
import { offerStart } from './start.ts';
import { the } from './the.ts';
import { trustLittle } from './trusted.ts';

trustLittle();

// Its address would be a call's.
the('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  the('main').focus();
});
keepSession();
offerStart();
listOperations();
