package org.capvm.intravisor.configuration;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.parser.Parser;

/** Refuses YAML that is nested deeper than any configuration: what reads it would overflow. */
final class NestingLimit implements Parser {
  /** A configuration needs six levels. */
  private static final int MOST = 64;

  private final Parser events;
  private int depth;

  NestingLimit(Parser events) {
    this.events = events;
  }

  @Override
  public boolean checkEvent(Event.ID id) {
    return events.checkEvent(id);
  }

  @Override
  public Event peekEvent() {
    return events.peekEvent();
  }

  @Override
  public boolean hasNext() {
    return events.hasNext();
  }

  @Override
  public Event next() {
    Event event = events.next();
    switch (event.getEventId()) {
      case SequenceStart, MappingStart -> depth++;
      case SequenceEnd, MappingEnd -> depth--;
      default -> {
        return event;
      }
    }
    if (depth > MOST) {
      throw new ParserException("nested deeper than " + MOST + " levels", event.getStartMark());
    }
    return event;
  }
}
