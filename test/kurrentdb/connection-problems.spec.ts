import './kurrentdb.js';
import '../eventstoredb/connection-problems.spec.js';
