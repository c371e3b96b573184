import './kurrentdb.js';
import '../eventstoredb/idempotency.spec.js';
