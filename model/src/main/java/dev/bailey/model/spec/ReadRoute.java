package dev.bailey.model.spec;

import java.util.Optional;

/** A route as read, with the place it was written at and its own translation. */
record ReadRoute(RouteSpec spec, Located at, String path, Optional<TranslateSpec> translate) {}
