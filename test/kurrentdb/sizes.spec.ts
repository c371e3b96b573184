import './kurrentdb.js';
import '../eventstoredb/sizes.spec.js';
