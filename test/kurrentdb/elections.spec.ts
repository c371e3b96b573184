import './kurrentdb.js';
import '../eventstoredb/elections.spec.js';
