"""What reaches one and how, over JSON."""

import uuid
from typing import Any

from community.correspondence.models import PushDevice
from community.correspondence.operations import (
    add_device,
    choose,
    choose_defaults,
    remove_device,
)
from community.correspondence.queries import devices, preferences
from community.correspondence.schemas import (
    DeviceIn,
    DeviceOut,
    DevicesOut,
    PreferencesIn,
    PreferencesOut,
    as_items,
)
from community.kernel.api import ApiBlueprint
from community.kernel.doors import current_context, reader, signed_in
from community.kernel.errors import NotFound
from community.kernel.push import public_key, pushes

api = ApiBlueprint("correspondence", "What reaches you")


@api.route("/me/letters")
@signed_in
@api.response(200, PreferencesOut)
def letters() -> dict[str, Any]:
    """List what you are told of, through which channels, and what you can choose of it."""
    return as_items(preferences(current_context()))


@api.route("/me/letters", methods=["PUT"])
@signed_in
@api.arguments(PreferencesIn)
@api.response(200, PreferencesOut)
def choose_some(given: dict[str, Any]) -> dict[str, Any]:
    """Choose how you are told of some topics; the others stay as they are."""
    ctx = current_context()
    choose(ctx, {(item["topic"], item["channel"]): item["choice"] for item in given["items"]})
    return as_items(preferences(ctx))


@api.route("/me/letters", methods=["DELETE"])
@signed_in
@api.response(200, PreferencesOut)
def reset() -> dict[str, Any]:
    """Be told as at the start: as somebody who chose nothing."""
    ctx = current_context()
    choose_defaults(ctx)
    return as_items(preferences(ctx))


@api.route("/me/devices")
@signed_in
@api.response(200, DevicesOut)
def devices_that_tell() -> dict[str, Any]:
    """List the browsers that tell you of what is new."""
    if not pushes():
        raise NotFound
    return {"key": public_key(), "items": devices(current_context())}


@api.route("/me/devices", methods=["POST"])
@signed_in
@api.arguments(DeviceIn)
@api.response(201, DeviceOut)
def add(given: dict[str, str]) -> PushDevice:
    """Be told of what is new in the browser that asks, while you are signed in there."""
    return add_device(current_context(), reader().sign_in_id, **given)


@api.route("/me/devices/<uuid:device_id>", methods=["DELETE"])
@signed_in
@api.response(204)
def remove(device_id: uuid.UUID) -> None:
    """Be told no more on a device."""
    remove_device(current_context(), device_id)
