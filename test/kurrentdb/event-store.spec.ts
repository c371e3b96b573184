import './kurrentdb.js';
import '../eventstoredb/eventstoredb-event-store.spec.js';
