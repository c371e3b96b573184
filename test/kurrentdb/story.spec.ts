import './kurrentdb.js';
import '../eventstoredb/story.spec.js';
