"""Events of a load: their names in `events`, and their fields beside them in `told`. @spec loader.events"""


def publish(state, event, **fields):
    state.events.append(event)
    state.told.append({"event": event, "fields": fields})
