import './kurrentdb.js';
import '../eventstoredb/checkpoints.spec.js';
